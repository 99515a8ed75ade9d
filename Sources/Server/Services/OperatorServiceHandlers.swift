import Engine
import WireAPI
import WireRPC

/// Registers what `OperatorService` has beyond clusters: search attributes and the end of namespaces.
struct OperatorServiceHandlers {
    let engine: EngineCaller

    func register(in table: inout ServiceTable) {
        table.serve(OperatorService.addSearchAttributes, by: engine) { .addSearchAttributes($0) }
        table.serve(OperatorService.removeSearchAttributes, by: engine) { .removeSearchAttributes($0) }
        table.serve(OperatorService.listSearchAttributes, by: engine) { .listSearchAttributes($0) }
        table.serve(OperatorService.deleteNamespace, by: engine) { .deleteNamespace($0) }
    }
}
