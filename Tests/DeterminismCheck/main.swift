import DeterminismPrograms

// Prints what the programs do. `scripts/test-determinism` compares the output of a debug and a release build with
// expected.txt.
let variants = try Catalog.run()
print(Catalog.text(variants), terminator: "")
for difference in Catalog.differences(variants) {
    print("DIFFERENT: \(difference)")
}
