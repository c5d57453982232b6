"""The mitmproxy edge: the only part of brownout that imports mitmproxy. Runs as a process of its own."""
