"""The commands of ``brownout``, one file each. They import what they need when they are called, not before."""
