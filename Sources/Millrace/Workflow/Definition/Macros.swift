/// Makes an actor a workflow type.
///
/// The actor has one method `run` with any parameters. The macro adds the executor that keeps the run deterministic,
/// the entry points, a static `run` that makes a ``WorkflowCall``, a static member for each signal, query and update,
/// and a typed `Handle` for clients. It also reports what would break replay, where the source shows it.
///
/// If the actor has an initialiser with parameters, it takes the same arguments as `run`.
///
/// - Parameters:
///   - name: the workflow type's name; the actor's own name if left out.
///   - dynamic: takes the workflows whose name no other type of the worker has; `run` then has the one parameter
///     `_ arguments: Arguments`.
@attached(member, names: arbitrary)
@attached(extension, conformances: WorkflowDefinition)
public macro Workflow(_ name: String? = nil, dynamic: Bool = false) =
    #externalMacro(module: "MillraceMacros", type: "WorkflowMacro")

/// Makes a method of a workflow a signal handler.
///
/// - Parameters:
///   - name: the signal's name; the method's own name if left out.
///   - dynamic: takes the signals without a handler; the parameters are then `name: String, arguments: Arguments`.
///   - unfinished: what happens when the run ends while the handler still runs.
@attached(peer)
public macro Signal(_ name: String? = nil, dynamic: Bool = false, unfinished: UnfinishedHandlers = .warn) =
    #externalMacro(module: "MillraceMacros", type: "HandlerMarkerMacro")

/// Makes a property or a method of a workflow readable from outside while it runs, and after it has closed.
///
/// - Parameters:
///   - name: the query's name; the member's own name if left out.
///   - dynamic: takes the queries without a handler; the parameters are then `name: String, arguments: Arguments`.
@attached(peer)
public macro Query(_ name: String? = nil, dynamic: Bool = false) =
    #externalMacro(module: "MillraceMacros", type: "HandlerMarkerMacro")

/// Makes a method of a workflow an update handler: callers wait for it and get what it returns.
///
/// - Parameters:
///   - name: the update's name; the method's own name if left out.
///   - dynamic: takes the updates without a handler; the parameters are then `name: String, arguments: Arguments`.
///   - unfinished: what happens when the run ends while the handler still runs.
@attached(peer)
public macro Update(_ name: String? = nil, dynamic: Bool = false, unfinished: UnfinishedHandlers = .warn) =
    #externalMacro(module: "MillraceMacros", type: "HandlerMarkerMacro")

/// Makes a method the validator of an update: `validateSetLimit` checks `setLimit`. It has the same parameters, is not
/// `async`, and rejects the update by throwing.
@attached(peer)
public macro Validator() = #externalMacro(module: "MillraceMacros", type: "HandlerMarkerMacro")

/// Makes the methods of a struct, final class or actor activities, except those that are `private`, `fileprivate` or
/// `static`. The parameters are defaults for all of them; see ``ActivityOptions``.
@attached(member, names: named(Stub), named(stub), named(activityDescriptions))
@attached(extension, conformances: ActivityContainer)
public macro Activities(
    startToClose: Duration? = nil, scheduleToClose: Duration? = nil, scheduleToStart: Duration? = nil,
    heartbeatTimeout: Duration? = nil, retry: RetryPolicy? = nil, taskQueue: String? = nil,
    priority: Priority? = nil
) = #externalMacro(module: "MillraceMacros", type: "ActivitiesMacro")

/// Gives one activity another name or other defaults; see ``ActivityOptions``.
///
/// - Parameters:
///   - name: the activity type's name; the method's own name if left out.
///   - dynamic: takes the activities without a handler; the parameters are then `name: String, arguments: Arguments`.
@attached(peer)
public macro Activity(
    _ name: String? = nil, dynamic: Bool = false, startToClose: Duration? = nil, scheduleToClose: Duration? = nil,
    scheduleToStart: Duration? = nil, heartbeatTimeout: Duration? = nil, retry: RetryPolicy? = nil,
    taskQueue: String? = nil, priority: Priority? = nil
) = #externalMacro(module: "MillraceMacros", type: "ActivityMarkerMacro")
