import ArgumentParser
import Files
import Foundation
import Synchronization

/// Prints a line. What names of files and the like bring along that would command the terminal is shown as in `\u001B`.
func print(_ text: String) { Output.write(printable(text) + "\n") }

/// Writes to standard error; if nobody can be told there, nobody is.
func printError(_ text: String) { _ = writeAll(text, to: STDERR_FILENO) }

/// Writes a text in full.
///
/// - Returns: the system's number of the error that kept it from being written, or 0.
private func writeAll(_ text: String, to descriptor: Int32) -> Int32 {
    var rest = ArraySlice(Array(text.utf8))
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return errno }
        rest = rest.dropFirst(count)
    }
    return 0
}

/// A text without control characters, but for line feeds and tabs, and with bytes of names that are no UTF-8 shown.
func printable(_ text: String) -> String {
    let text = FileNames.shown(text)
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return text.unicodeScalars.reduce(into: "") { result, scalar in
        if isControl(scalar) {
            result += String(format: "\\u%04X", scalar.value)
        } else {
            result.unicodeScalars.append(scalar)
        }
    }
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
}

/// What becomes of the program's output.
enum Output {
    /// Why something could not be written, or 0.
    private static let failure = Atomic<Int32>(0)

    /// Lets writing fail where the reader is gone or a file may not grow, instead of ending the program, which has more to
    /// save than its output.
    static func surviveFailures() { for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) } }

    fileprivate static func write(_ text: String) {
        let code = writeAll(text, to: STDOUT_FILENO)
        if code != 0 { failure.store(code, ordering: .relaxed) }
    }

    /// Throws if what was printed could not be written; a reader who has left, as `head` does, has all it wants.
    static func finish() throws {
        let code = failure.load(ordering: .relaxed)
        guard code != 0, code != EPIPE else { return }
        throw CommandError("the output could not be written: \(systemReason(code))")
    }
}

extension ParsableCommand {
    /// Ends the program with an error's message and status, as `exit(withError:)` does, or with the help that was asked
    /// for.
    static func end(with error: any Error) -> Never {
        let (message, code) = (fullMessage(for: error), exitCode(for: error))
        guard code.isSuccess else {
            if !message.isEmpty { printError(printable(message) + "\n") }
            Foundation.exit(code.rawValue)
        }
        print(message)
        do { try Output.finish() } catch { end(with: error) }
        Foundation.exit(code.rawValue)
    }
}
