"""The commands, in the order in which both CLIs run them.

`{id}` is the name of the CLI, so that each works on executions of its own.
"""

from dataclasses import dataclass


@dataclass
class Case:
    """One command and what of it is compared.

    - `json`: exit code, output as JSON with the order of members
    - `text`: exit code, output line by line
    - `error`: exit code 1 for both, the message
    - `usage`: wrong usage, 2 for us where the reference has 1; `usage-message`: the message too
    - `run`: exit code only
    - `exact`: everything; `keys`: exit code and the names of members; `text-json`: lines of JSON
    """

    name: str
    arguments: list[str]
    kind: str = "text"
    connects: bool = True
    stdin: str = ""
    # Lines that begin like this (after spaces) are ours alone or told differently on purpose.
    ignored_lines: tuple[str, ...] = ()
    # Only which columns and words there are is compared, not the widths.
    loose: bool = False
    # Lines or elements come in no order that a server promises.
    unordered: bool = False


CASES: list[Case] = []


def case(name: str, command: str, *more: str, **options: object) -> None:
    """`command` is split at spaces; arguments that contain spaces go into `more`."""
    CASES.append(Case(name, [*command.split(), *more], **options))  # type: ignore[arg-type]


def formats(name: str, command: str, *more: str, **options: object) -> None:
    """The same command as text, as JSON and as JSON lines."""
    case(f"{name}, text", command, *more, **options)
    case(f"{name}, json", command, *more, "-o", "json", kind="json")
    case(f"{name}, jsonl", command, *more, "-o", "jsonl", kind="text-json")


START = "workflow start -t {queue}"
EXECUTE = "workflow execute -t {queue}"
# What the workflow code put there is shown as JSON here and as a dump of structs there.
DUMPS = ("SearchAttributes", "Memo")

# Starting

case("start", f"{START} --type Waits -w {{id}}-waits")
case("start as JSON", f"{START} --type Waits -w {{id}}-json -o json", kind="json")
case("start as JSON lines", f"{START} --type Waits -w {{id}}-jsonl -o jsonl", kind="json")
case("start silently", f"{START} --type Waits -w {{id}}-silent -o none")
case("start again", f"{START} --type Waits -w {{id}}-waits")
case("start again, failing", f"{START} --type Waits -w {{id}}-waits --fail-existing", kind="error")
case(
    "start again, terminating",
    f"{START} --type Waits -w {{id}}-jsonl --id-conflict-policy TerminateExisting",
)
case("start without a queue", "workflow start --type Waits", kind="usage")
case("start without a type", f"{START}", kind="usage")
case("start with an unknown option", f"{START} --type Waits --bogus", kind="usage")
case("start with an empty queue", "workflow start --type Waits -t", "", kind="error")
case("start with bad input", f"{START} --type Waits --input", "bad json", kind="usage")
case("start with a bad memo", f"{START} --type Waits --memo bad", kind="usage")
case("start with a bad memo value", f"{START} --type Waits --memo a=bad", kind="usage")
case("start with a bad attribute value", f"{START} --type Waits --search-attribute a=b", kind="usage")
case("start with a bad duration", f"{START} --type Waits --run-timeout 5x", kind="usage")
case("start with a bad policy", f"{START} --type Waits --id-reuse-policy Foo", kind="usage")
case("start with bad metadata", f"{START} --type Waits --input-meta foo", kind="usage")
case("start with an unknown attribute", f'{START} --type Waits --search-attribute Nope="x"', kind="error")
case("start with a missing file", f"{START} --type Waits --input-file /nowhere/at/all", kind="error")
case("start with input twice", f"{START} --type Waits --input 1 --input-file /dev/null", kind="usage")
case(
    "start with everything",
    f"{START} --type Waits -w {{id}}-all --run-timeout 1h --execution-timeout 2h --task-timeout 9s"
    " --start-delay 10m --priority-key 2 --fairness-key k --fairness-weight 1.5 --memo c={\"z\":1}"
    " --memo a=\"b\" --headers h=[1] --input 3 --input-meta k=v --input-meta k=w --id-reuse-policy"
    " AllowDuplicateFailedOnly --input",
    '{"a": "<é>"}',
    "--static-summary",
    "one line",
    "--static-details",
    "many *lines*",
)
case("show everything as JSON", "workflow show -w {id}-all -o json", kind="json")
case("show everything in detail", "workflow show -w {id}-all --detailed", ignored_lines=())
formats(
    "describe everything", "workflow describe -w {id}-all --time-format iso", ignored_lines=DUMPS
)
case(
    "start with bytes",
    f"{START} --type Waits -w {{id}}-bytes --input aGVsbG8= --input-base64 --input-meta encoding=binary/plain",
)
case("show bytes in detail", "workflow show -w {id}-bytes --detailed")
case(
    "start with mixed input",
    f"{START} --type Waits -w {{id}}-mixed --input 1 --input x --input-meta encoding=json/plain"
    " --input-meta encoding=binary/plain",
)
case("show mixed input in detail", "workflow show -w {id}-mixed --detailed")

# Executing

case("execute", f"{EXECUTE} --type Steps -w {{id}}-steps --input", '{"k": [1, 2, {"x": null}]}')
case("execute as JSON", f"{EXECUTE} --type Steps -w {{id}}-steps2 --input 1 -o json", kind="json")
case("execute as JSON lines", f"{EXECUTE} --type Steps -w {{id}}-steps3 --input 1 -o jsonl", kind="json")
case("execute in detail", f"{EXECUTE} --type Nothing -w {{id}}-nothing --detailed")
case("execute in detail as JSON", f"{EXECUTE} --type Nothing -w {{id}}-nothing2 --detailed -o json", kind="json")
case(
    "execute what fails",
    f"{EXECUTE} --type Fails -w {{id}}-fails",
    ignored_lines=("Type: Broken",),
)
case("execute what fails as JSON", f"{EXECUTE} --type Fails -w {{id}}-fails2 -o json", kind="json")
case("execute a chain", f"{EXECUTE} --type CountsDown -w {{id}}-chain --input 2")
case("execute a chain as JSON", f"{EXECUTE} --type CountsDown -w {{id}}-chain2 --input 1 -o json", kind="json")
case("execute what times out", f"{EXECUTE} --type Waits -w {{id}}-late --execution-timeout 1s")
case(
    "execute too long",
    f"{EXECUTE} --type Waits -w {{id}}-long --command-timeout 1s",
    kind="run",
)
case("start what retries", f"{START} --type Retries -w {{id}}-retries -o none")

# Looking

formats(
    "describe a closed one",
    "workflow describe -w {id}-steps --time-format iso",
    ignored_lines=DUMPS,
)
case("describe raw times", "workflow describe -w {id}-steps --time-format raw", ignored_lines=DUMPS)
case("describe relative times", "workflow describe -w {id}-steps", ignored_lines=DUMPS, loose=True)
case("describe a failed one", "workflow describe -w {id}-fails -o json", kind="json")
case(
    "describe a failed one, text",
    "workflow describe -w {id}-fails --time-format iso",
    ignored_lines=(*DUMPS, "Type: Broken"),
)
case("describe a waiting one", "workflow describe -w {id}-waits --time-format iso", ignored_lines=DUMPS)
formats(
    "describe a retrying one",
    "workflow describe -w {id}-retries --time-format iso",
    ignored_lines=(*DUMPS, "NextAttempt", "LastStartedTime"),
)
formats("describe reset points", "workflow describe -w {id}-steps --reset-points --time-format iso")
case("describe an unknown one", "workflow describe -w {id}-unknown", kind="error")
case("describe nothing", "workflow describe", kind="usage")
case("show", "workflow show -w {id}-steps")
case("show as JSON", "workflow show -w {id}-steps -o json", kind="json")
case("show as JSON lines", "workflow show -w {id}-steps -o jsonl", kind="json")
case("show in detail", "workflow show -w {id}-steps --detailed", unordered=True)
case("show what failed", "workflow show -w {id}-fails", ignored_lines=("Type: Broken",))
case("show what failed as JSON", "workflow show -w {id}-fails -o json", kind="json")
case("show in reverse", "workflow show -w {id}-steps --reverse", ignored_lines=("Results:", "Status", "Result"))
case("show in reverse as JSON", "workflow show -w {id}-steps --reverse -o json", kind="json")
case("show and follow", "workflow show -w {id}-steps --follow")
case("show a chain", "workflow show -w {id}-chain")
case("show a waiting one", "workflow show -w {id}-waits")
case("show an unknown one", "workflow show -w {id}-unknown", kind="error")
case("show a bad run", "workflow show -w {id}-steps -r bad", kind="error")
case("show reverse and follow", "workflow show -w {id}-steps --reverse --follow", kind="usage-message")
formats("result", "workflow result -w {id}-steps")
formats("result of nothing", "workflow result -w {id}-nothing")
case("result of a failure", "workflow result -w {id}-fails", ignored_lines=("Type: Broken",))
case("result of a failure as JSON", "workflow result -w {id}-fails -o json", kind="json")
case("result of a timeout", "workflow result -w {id}-late")
case("result of a chain", "workflow result -w {id}-chain -o json", kind="json")
case("result of an unknown one", "workflow result -w {id}-unknown", kind="error")

# Listing: all of these executions are in the list by now.

LIST = 'WorkflowId STARTS_WITH "{id}-steps"'
case("list", "workflow list --time-format iso -q", LIST)
case("list raw times", "workflow list --time-format raw --limit 1 -q", LIST, loose=True)
case("list relative times", "workflow list -q", LIST, loose=True)
case("list as JSON", "workflow list -o json -q", LIST, kind="json")
case("list as JSON lines", "workflow list -o jsonl -q", LIST, kind="text-json")
case("list page by page", "workflow list -o json --page-size 1 --limit 2 -q", LIST, kind="json")
case("list raw payloads", "workflow list -o json --no-json-shorthand-payloads -q", LIST, kind="json")
case("list memo", "workflow list -o json -q", 'WorkflowId = "{id}-all"', kind="json")
case("list nothing", "workflow list -q", 'WorkflowType = "Nope"')
case("list nothing as JSON", "workflow list -o json -q", 'WorkflowType = "Nope"', kind="exact")
case("list nothing as JSON lines", "workflow list -o jsonl -q", 'WorkflowType = "Nope"', kind="exact")
case("list with a bad query", "workflow list -q", "bad query", kind="error")
case("list in an unknown namespace", "workflow list -n nowhere", kind="error")
case("list in a bad format", "workflow list -o bogus", kind="usage")
case("list with a bad time format", "workflow list --time-format bogus", kind="usage")
case("list with a bad limit", "workflow list --limit x", kind="usage")
formats("count", "workflow count -q", LIST)
formats("count by status", "workflow count -q", LIST + " GROUP BY ExecutionStatus")
case("count with a bad query", "workflow count -q", "bad query", kind="error")

# Acting

case("query", "workflow query -w {id}-waits --name state", loose=True, ignored_lines=("QueryResult",))
case("query as JSON", "workflow query -w {id}-waits --type state -o json", kind="json")
case("query as JSON lines", "workflow query -w {id}-waits --name state -o jsonl", kind="json")
case("query what is unknown", "workflow query -w {id}-waits --name nope", kind="error")
case(
    "query refused",
    "workflow query -w {id}-steps --name state --reject-condition not_open",
    kind="error",
)
case("query an unknown one", "workflow query -w {id}-unknown --name state", kind="error")
case("stack", "workflow stack -w {id}-waits -o json", kind="run")
case("metadata", "workflow metadata -w {id}-waits")
case("metadata as JSON", "workflow metadata -w {id}-waits -o json", kind="json")
case("signal", "workflow signal -w {id}-waits --name go --input", '"on"')
case("result after the signal", "workflow result -w {id}-waits")
case("signal a closed one", "workflow signal -w {id}-waits --name go", kind="error")
case("signal an unknown one", "workflow signal -w {id}-unknown --name go", kind="error")
case("signal as JSON", "workflow signal -w {id}-json --type go --input 1 -o json", kind="exact")
case("signal nobody", "workflow signal --name go", kind="usage-message")
case("signal without a name", "workflow signal -w {id}-json", kind="usage")
case("signal with ID and query", "workflow signal -w a --name go -q b", kind="usage-message")
case("signal with ID and reason", "workflow signal -w a --name go --reason b", kind="usage-message")
case("signal with run ID and query", "workflow signal -r a --name go -q b", kind="usage-message")
case("signal with start", 'workflow signal-with-start --signal-name go --signal-input "x" -w {id}-sws --type Waits -t {queue}')
case(
    "signal with start as JSON",
    'workflow signal-with-start --signal-name go --signal-input "x" -w {id}-sws2 --type Waits -t {queue} -o json',
    kind="json",
)
case("cancel", "workflow cancel -w {id}-silent")
case("result of a cancelled one", "workflow result -w {id}-silent")
case("result of a cancelled one as JSON", "workflow result -w {id}-silent -o json", kind="json")
case("cancel an unknown one", "workflow cancel -w {id}-unknown", kind="error")
case("cancel nobody", "workflow cancel", kind="usage-message")
case("terminate", "workflow terminate -w {id}-jsonl")
case("terminate with a reason", "workflow terminate -w {id}-mixed --reason", "so it is")
case("show the reason", "workflow show -w {id}-mixed -o json", kind="json")
case("terminate again", "workflow terminate -w {id}-jsonl", kind="error")
case("terminate with ID and rps", "workflow terminate -w a --rps 3", kind="usage-message")
case("delete, refused", "workflow delete -w {id}-bytes", stdin="n\n", kind="error")
case("delete, agreed", "workflow delete -w {id}-bytes", stdin="y\n")
case("delete, agreed before", "workflow delete -w {id}-sws -y")
case("delete as JSON", "workflow delete -w {id}-sws2 -y -o json", kind="exact")
case("delete as JSON without -y", "workflow delete -w {id}-all -o json", kind="usage")
case("batch, agreed before", "workflow terminate -y -q", 'WorkflowId = "{id}-long"')
case("batch as JSON", "workflow cancel -y -o json -q", 'WorkflowId = "{id}-long"', kind="json")
case("batch, refused", "workflow signal --name go -q", 'WorkflowId = "{id}-none"', stdin="n\n", kind="error")

# The server

formats("health", "operator cluster health")
formats("system", "operator cluster system")
formats("cluster", "operator cluster describe")
case("cluster in detail", "operator cluster describe --detail", loose=True, ignored_lines=("active",))
formats("clusters", "operator cluster list")
case("namespace create", "operator namespace create -n {id} --retention 5d --email a@b --data k=v --description", "two words")
case("namespace create again", "operator namespace create -n {id}", kind="error")
case("namespace create as an argument", "operator namespace create {id}-2")
formats("namespace describe", "operator namespace describe -n {id}")
case("namespace describe unknown", "operator namespace describe -n nowhere", kind="error")
case("namespace update", "operator namespace update -n {id} --retention 48h --description changed")
case("namespace update as JSON", "operator namespace update -n {id} --email c@d -o json", kind="json")
case("namespace update nothing", "operator namespace update -n {id}")
case("namespace after updates", "operator namespace describe -n {id} -o json", kind="json")
case("namespace update unknown", "operator namespace update -n nowhere", kind="error")
case("namespace list", "operator namespace list", unordered=True, loose=True)
case("namespace list as JSON", "operator namespace list -o json", kind="json")
case("attribute create", "operator search-attribute create -n {id} --name A --type Keyword --name B --type Int")
case("attribute create again", "operator search-attribute create -n {id} --name A --type Keyword")
case("attribute create otherwise", "operator search-attribute create -n {id} --name A --type Int", kind="error")
case("attribute create a bad type", "operator search-attribute create --name A --type Foo", kind="usage")
formats("attribute list", "operator search-attribute list -n {id}")
case("attribute list in an unknown namespace", "operator search-attribute list -n nowhere", kind="error")
case("attribute remove, refused", "operator search-attribute remove -n {id} --name A", stdin="n\n", kind="error")
case("attribute remove", "operator search-attribute remove -n {id} --name A -y")
case("attribute remove as JSON", "operator search-attribute remove -n {id} --name B -y -o json", kind="exact")
case("namespace delete, refused", "operator namespace delete -n {id}", stdin="no\n", kind="error")
case("namespace delete", "operator namespace delete -n {id} -y")
case("namespace delete as JSON", "operator namespace delete -n {id}-2 -y -o json", kind="keys")
case("namespace delete unknown", "operator namespace delete -n nowhere -y", kind="error")
formats("task queue", "task-queue describe -t {queue} --time-format iso", unordered=True)
case("task queue of one type", "task-queue describe -t {queue} --task-queue-type activity --disable-stats --time-format iso")
case("task queue without stats as JSON", "task-queue describe -t {queue} --disable-stats -o json", kind="json", unordered=True)
case("task queue nobody polls", "task-queue describe -t nobody", unordered=True)
case("task queue nobody polls as JSON", "task-queue describe -t nobody -o json", kind="json", unordered=True)
case("task queue unnamed", "task-queue describe", kind="usage")
case("no server", "workflow count --address 127.0.0.1:1 --client-connect-timeout 1s", connects=False, kind="run")

# Settings

for command in [
    "config list",
    "config get",
    "config set -p address -v localhost:1",
    "config set -p tls -v true",
    "config set -p tls.client_cert_path -v /x",
    "config set -p grpc_meta.Foo -v x",
    "config set -p codec.endpoint -v x",
    "config get",
    "config get -o json",
    "config get -o jsonl",
    "config get -p address",
    "config get -p address -o json",
    "config get -p namespace",
    "config get --profile nope",
    "config set --profile prod -p address -v prod:1",
    "config list",
    "config list -o json",
    "config delete -p tls.client_cert_path",
    "config delete -p codec.endpoint",
    "config delete -p tls",
    "config get",
    "config delete-profile --profile prod",
    "config list -o jsonl",
    "env list",
    "env set -k address -v localhost:1",
    "env set --env prod -k address -v x:1",
    "env set prod.namespace hello",
    "env list",
    "env get",
    "env get prod",
    "env get --env prod -o json",
    "env get prod.address",
    "env get -k address -o json",
    "env get --env nope",
    "env delete",
    "env delete --env prod -k address",
    "env get prod",
    "env delete prod.namespace",
    "env delete prod",
    "env list",
]:
    number = sum(1 for known in CASES if known.name.startswith(f"{command} ("))
    options = {"kind": "error"} if " nope" in command or command == "config get" and number == 0 else {}
    case(f"{command} ({number + 1})", command, connects=False, **options)
case("config set what is unknown", "config set -p bogus -v x", connects=False, kind="usage-message")
case("config get what is unknown", "config get -p bogus", connects=False, kind="usage-message")
case("config delete without a name", "config delete", connects=False, kind="usage")
case("config delete-profile without a name", "config delete-profile", connects=False, kind="usage-message")
case("unknown profile", "workflow count --profile nope", kind="error")
