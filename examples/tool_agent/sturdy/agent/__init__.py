"""A parcel service's agent that stays honest while its platform is failing."""
