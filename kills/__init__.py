"""Kills: real drills, a part of which is killed outright at a point of its life. Nothing may be lost on our side."""
