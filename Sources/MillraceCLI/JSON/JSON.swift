import APIJSON

// The JSON of the API is shared with the SDK and the HTTP API; commands use it under its own names.
typealias JSONValue = APIJSON.JSONValue
typealias JSONError = APIJSON.JSONError
typealias JSONNumber = APIJSON.JSONNumber
typealias JSONParser = APIJSON.JSONParser
typealias JSONPrinter = APIJSON.JSONPrinter
typealias ProtoJSON = APIJSON.ProtoJSON
typealias PayloadShorthand = APIJSON.PayloadShorthand
typealias Base64 = APIJSON.Base64
