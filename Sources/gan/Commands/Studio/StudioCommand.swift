import ArgumentParser
import Foundation
import Studio

struct StudioCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "studio",
        abstract: "Watch trainings and play with trained models in the browser.",
        discussion: """
            Serves pages on this machine alone and prints their address, which holds a secret token: whoever \
            knows it can use the studio. From another machine, forward the port: ssh -L 8730:127.0.0.1:8730 HOST. \
            Ctrl-C ends the studio; trainings that it started go on.
            """)

    @Argument(help: "The folder of runs and checkpoints.")
    var runs = "runs"

    @Option(
        help: "The port to listen on; 0 takes any that is free. (default: 8730, or the next that is free)")
    var port: UInt16?

    @Flag(help: "Open the browser, too.")
    var open = false

    @OptionGroup var threads: ThreadsOption

    func run() throws {
        threads.apply()
        let program = try Program.path()
        let studio = try Studio(
            folder: runs, shipped: Program.shippedCheckpoints(besides: program), program: program,
            advice: { $0.advice(for: $1) }, port: port)
        // A page that was closed while it is written to is no reason to end.
        signal(SIGPIPE, SIG_IGN)
        let (address, opens) = (studio.address, open)
        Task {
            do {
                try await studio.run {
                    print(address)
                    fflush(nil)
                    say("The studio is open at this address. Ctrl-C ends it; trainings go on.")
                    if opens { openBrowser(at: address) }
                }
            } catch {
                say("Error: \(error)")
                Foundation.exit(EXIT_FAILURE)
            }
        }
        endOnSignals { studio.endTrainings() }
        dispatchMain()
    }

    /// Ends cleanly on Ctrl-C and the polite request to end.
    ///
    /// - Parameter end: is done before.
    private func endOnSignals(_ end: @Sendable @escaping () -> Void) {
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler {
                end()
                Foundation.exit(EXIT_SUCCESS)
            }
            source.activate()
            SignalSources.all.append(source)
        }
    }
}

/// Signal sources, which end when nobody holds them.
private enum SignalSources {
    nonisolated(unsafe) static var all: [any DispatchSourceSignal] = []
}

/// Beside the address, which stands alone on standard output.
private func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

private func openBrowser(at address: String) {
    let opener = Process()
    opener.executableURL = URL(fileURLWithPath: "/usr/bin/xdg-open")
    opener.arguments = [address]
    do { try opener.run() } catch {
        say("There is no xdg-open; open the address yourself.")
    }
}

/// This program's own file, and what lies beside it.
private enum Program {
    static func path() throws -> String {
        do { return try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") } catch {
            throw CommandError("this program's file cannot be found: \(error.localizedDescription)")
        }
    }

    /// `checkpoints` here, or in a folder that the program lies below, as it does after a build; or where they are
    /// installed.
    static func shippedCheckpoints(besides program: String) -> [String] {
        var folder = URL(fileURLWithPath: program).deletingLastPathComponent()
        var candidates = [URL(fileURLWithPath: "checkpoints")]
        while folder.path != "/" {
            candidates.append(folder.appendingPathComponent("checkpoints"))
            candidates.append(folder.appendingPathComponent("share/swift-gan/checkpoints"))
            folder.deleteLastPathComponent()
        }
        return candidates.map(\.path).first { FileManager.default.fileExists(atPath: $0) }.map { [$0] } ?? []
    }
}
