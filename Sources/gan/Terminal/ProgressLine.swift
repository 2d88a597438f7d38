import Foundation
import Synchronization

/// A line at the foot of the terminal that is written anew; on anything but a terminal, nothing.
final class ProgressLine: Sendable {
    static let isTerminal = isatty(STDERR_FILENO) == 1
    private let lastShown = Mutex<ContinuousClock.Instant?>(nil)

    /// Shows a text, at most ten times a second.
    func show(_ text: @autoclosure () -> String) {
        guard ProgressLine.isTerminal else { return }
        let isDue = lastShown.withLock { last in
            let now = ContinuousClock.now
            if let last, now - last < .milliseconds(100) { return false }
            last = now
            return true
        }
        if isDue { ProgressLine.write("\r\u{1B}[K" + text().prefix(ProgressLine.width)) }
    }

    /// A longer line would wrap, and could not be taken back.
    private static var width: Int {
        var size = winsize()
        let known = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return known ? Int(size.ws_col) - 1 : 79
    }

    /// Shows how much of something is done, with the time left.
    func show(_ activity: String, _ done: Int, of total: Int, since start: ContinuousClock.Instant) {
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        let left = done > 0 ? elapsed / Double(done) * Double(total - done) : 0
        show("\(activity): \(done) of \(total)" + (left >= 1 ? ", \(duration(left)) left" : ""))
    }

    func clear() {
        if ProgressLine.isTerminal { ProgressLine.write("\r\u{1B}[K") }
    }

    private static func write(_ text: String) { printError(text) }
}

/// `3 h 05 min`, `4 min 09 s` or `12 s`.
func duration(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "?" }
    let whole = Int(min(seconds, 1e9).rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    if whole >= 3600 { return "\(whole / 3600) h \(two(whole % 3600 / 60)) min" }
    if whole >= 60 { return "\(whole / 60) min \(two(whole % 60)) s" }
    return "\(whole) s"
}

/// A number with a fixed count of decimals.
func fixed(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
}
