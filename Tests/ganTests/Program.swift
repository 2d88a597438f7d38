import Foundation
import Testing

/// The program as it was built, run as a user runs it.
struct Program {
    struct Result {
        let status: Int32
        let output: String
        let errors: String

        /// The lines on standard error.
        var errorLines: [Substring] { errors.split(separator: "\n") }
    }

    /// It lies in the build folder, beside the tests' own program.
    static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("gan").path

    /// The folder it runs in.
    let folder: String

    func path(_ name: String) -> String { folder + "/" + name }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(name))) }

    /// Cuts a file off in its middle.
    func truncate(_ name: String) throws {
        let bytes = try bytes(name)
        try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path(name)))
    }

    /// Names of everything below a folder, sorted.
    func contents(_ name: String = ".") throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path(name)).sorted()
    }

    /// Runs the program to its end.
    ///
    /// - Parameter environment: set beside what the tests themselves run in.
    @discardableResult
    func run(
        _ arguments: [String], environment: [String: String] = [:], timeLimit: Double = 60
    ) throws -> Result {
        try start(arguments, environment: environment).finish(timeLimit: timeLimit)
    }

    /// Runs the program with the words of a line, none of which holds a blank.
    @discardableResult
    func run(_ line: String) throws -> Result {
        try run(line.split(separator: " ").map(String.init))
    }

    /// Runs a line of the shell, in which `gan` is the program.
    @discardableResult
    func shell(_ line: String) throws -> Result { try startShell(line).finish() }

    func startShell(_ line: String) throws -> Running {
        try Running(
            "/bin/bash", ["-c", "gan() { '\(Program.path)' \"$@\"; }; \(line)"], folder: folder,
            environment: ProcessInfo.processInfo.environment)
    }

    func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Running {
        try Running(
            Program.path, arguments, folder: folder,
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 })
    }

    /// The program while it runs.
    final class Running {
        private let process = Process()
        private let output: URL
        private let errors: URL

        /// Its output goes to files: pipes would have to be emptied meanwhile.
        fileprivate init(
            _ executable: String, _ arguments: [String], folder: String, environment: [String: String]
        ) throws {
            // What the tests' own caller ignores, the program would ignore as well.
            for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { signal(number, SIG_DFL) }
            let scratch = FileManager.default.temporaryDirectory
            output = scratch.appendingPathComponent("gan-\(UUID().uuidString).out")
            errors = scratch.appendingPathComponent("gan-\(UUID().uuidString).err")
            for file in [output, errors] { try Data().write(to: file) }
            process.executableURL = URL(fileURLWithPath: executable)
            process.arguments = arguments
            process.environment = environment
            process.currentDirectoryURL = URL(fileURLWithPath: folder)
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = try FileHandle(forWritingTo: errors)
            try process.run()
        }

        deinit { for file in [output, errors] { try? FileManager.default.removeItem(at: file) } }

        var isRunning: Bool { process.isRunning }

        func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

        /// Waits for a condition while the program runs.
        func wait(timeLimit: Double = 60, until condition: () -> Bool) {
            let start = ContinuousClock.now
            while process.isRunning && !condition() && ContinuousClock.now - start < .seconds(timeLimit) {
                usleep(2_000)
            }
        }

        func finish(timeLimit: Double = 60) throws -> Result {
            wait(timeLimit: timeLimit) { false }
            if process.isRunning {
                kill(process.processIdentifier, SIGKILL)
                Issue.record(
                    "gan \((process.arguments ?? []).joined(separator: " ")) took over \(timeLimit) s")
            }
            process.waitUntilExit()
            return Result(
                status: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
                errors: try String(contentsOf: errors, encoding: .utf8))
        }
    }
}

/// Calls `body` with a program that runs in an empty folder of its own, which is removed afterwards.
func withProgram<Result>(_ body: (Program) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("gan-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(Program(folder: folder.path))
}
