import APIJSON

/// That of JSON: the RPC layer has another, without padding.
typealias Base64 = APIJSON.Base64
