import Hummingbird

/// The pages that show what the server does.
public enum WebUI {}
