import ArgumentParser
import Tensors

/// How many threads a command computes with.
struct ThreadsOption: ParsableArguments {
    @Option(help: "Threads that share the work, 1 to 1024. (default: one for each core; gan toy: 1)")
    var threads: Int?

    func validate() throws {
        if let threads { try check("--threads", threads, in: 1...1024) }
    }

    /// Brings the choice into force.
    ///
    /// - Parameter standard: of what small networks compute; nil for all cores.
    func apply(byDefault standard: Int? = nil) {
        if let threads = threads ?? standard { Parallel.threads = threads }
    }
}

/// Throws unless a number given for an option lies in a range.
func check<Value: Comparable>(_ name: String, _ value: Value, in range: ClosedRange<Value>) throws {
    guard range.contains(value) else {
        throw ValidationError(
            "\(name) is \(value); it must lie between \(range.lowerBound) and \(range.upperBound)")
    }
}
