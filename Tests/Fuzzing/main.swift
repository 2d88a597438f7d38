import Foundation

/// libFuzzer's own entry, of the library that the sanitizer links.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

// `fuzz targets` lists the targets. With one of them named in FUZZ_TARGET, `fuzz seeds FOLDER` writes the inputs that it
// begins with, and all other arguments are libFuzzer's. Files are written into the folder in TMPDIR.
switch CommandLine.arguments.dropFirst().first {
case "targets":
    for target in fuzzTargets { print(target.name) }
case "seeds":
    for (index, seed) in try chosenTarget.seeds().enumerated() {
        try chosenTarget.read(seed)
        try Data(seed).write(to: URL(fileURLWithPath: "\(CommandLine.arguments[2])/seed-\(index)"))
    }
default:
    // Whatever is made once may take longer than an input may.
    _ = try chosenTarget.seeds()
    var (count, arguments) = (CommandLine.argc, CommandLine.unsafeArgv)
    exit(
        runFuzzer(&count, &arguments) { start, count in
            expectOwnErrors { try chosenTarget.read(Array(UnsafeBufferPointer(start: start, count: count))) }
            return 0
        })
}
