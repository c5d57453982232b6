"""mitmproxy as a carrier: the only part of brownout that imports mitmproxy. Runs as a process of its own."""
