"""A first app profile for an application that brownout has never seen: what is in its folder, and what it answers."""
