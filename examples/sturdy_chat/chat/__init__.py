"""A chat service that stays useful while a platform is failing."""
