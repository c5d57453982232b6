"""The stand-in: the offline platform that answers healthy traffic, with state and pace. No internet and no bill."""
