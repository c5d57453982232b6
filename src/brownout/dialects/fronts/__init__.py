"""What answers in the place of a platform: content delivery networks and the front ends of clouds."""
