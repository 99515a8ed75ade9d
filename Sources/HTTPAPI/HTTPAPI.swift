import Hummingbird

/// The JSON mapping of the API under `/api/v1`.
public enum HTTPAPI {}
