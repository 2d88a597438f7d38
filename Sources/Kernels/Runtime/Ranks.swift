import CMPI
import Foundation
import Synchronization

/// The processes that train together, each on its part of every batch, as `mpirun` or `srun` started them.
///
/// Sums are added in a fixed binary tree over the ranks, so that they are the same bits on every rank and in every run
/// of as many ranks. All calls come from one thread, the training's.
public enum Ranks {
    /// How many processes there are: a power of two; 1 without MPI.
    public nonisolated(unsafe) private(set) static var count = 1
    /// Which of them this one is, from 0.
    public nonisolated(unsafe) private(set) static var own = 0
    /// Whether batches are parts of the ranks' whole one.
    private nonisolated(unsafe) static var isSharing = false

    /// Whether this process writes and tells what all of them learn.
    public static var isFirst: Bool { own == 0 }

    /// How many parts a batch has, of which this process computes one: 1 outside of a shared step.
    public static var parts: Int { isSharing ? count : 1 }
    /// Which of these parts it computes, from 0.
    public static var part: Int { isSharing ? own : 0 }

    /// Joins the other processes, if a launcher of MPI started several.
    ///
    /// - Throws: `RanksError` without a library of MPI, or with another number of ranks than a power of two.
    public static func join() throws(RanksError) {
        guard count == 1, launched > 1 else { return }
        var message = [CChar](repeating: 0, count: Int(CMPI_MESSAGE_SIZE))
        guard cmpi_join(&message) == 1 else {
            let end = message.firstIndex(of: 0) ?? message.endIndex
            throw RanksError(
                "\(launched) ranks were started, but "
                    + String(decoding: message[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
                    + "; install Open MPI or MPICH, whose mpirun started them")
        }
        (own, count) = (Int(cmpi_rank()), Int(cmpi_count()))
        guard count > 1 else {
            throw RanksError(
                "\(launched) ranks were started, but not by the MPI library that is found, which knows of one; install "
                    + "the one whose mpirun started them")
        }
        guard count & (count - 1) == 0 else {
            throw RanksError("\(count) ranks were started; their number must be a power of two")
        }
        Thread.detachNewThread { endIfOthersAreSilent() }
    }

    /// Leaves the others, who all leave as well.
    public static func leave() {
        guard count > 1 else { return }
        cmpi_leave()
        (own, count) = (0, 1)
    }

    /// How many processes the launcher says it started, on all machines and on this one.
    private static var launched: Int { environment("OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_NTASKS") }
    private static var launchedHere: Int {
        environment("OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS", "SLURM_NTASKS_PER_NODE")
    }

    private static func environment(_ names: String...) -> Int {
        let values = ProcessInfo.processInfo.environment
        // Slurm sets its own for programs of one process, too, which have no others to join.
        let isOfMPI = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK"].contains { values[$0] != nil }
        return isOfMPI ? names.lazy.compactMap { values[$0].flatMap { Int($0) } }.first ?? 1 : 1
    }

    /// The share of this machine's cores that a process has, at least one; nil without others.
    public static var threads: Int? {
        guard count > 1 else { return nil }
        let cores = ProcessInfo.processInfo.processorCount / max(1, launchedHere)
        return max(1, min(cores, ProcessInfo.processInfo.activeProcessorCount))
    }

    /// A step of the training, in which every process computes its part of the batches.
    package static func sharing<Result, Failure>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        isSharing = count > 1
        defer { isSharing = false }
        return try body()
    }

    // MARK: - Waiting

    /// Seconds of uptime at which the exchange in progress began; 0 while there is none.
    private static let waitingSince = Atomic<Int>(0)

    /// Exchanges something, for which the others may have to be waited for.
    private static func waiting(_ exchange: () -> Void) {
        waitingSince.store(uptime, ordering: .relaxed)
        exchange()
        waitingSince.store(0, ordering: .relaxed)
    }

    private static var uptime: Int { Int(ProcessInfo.processInfo.systemUptime) }

    /// Ends this process, and by that all others, when one of them has not answered for half an hour, or
    /// $GAN_RANK_PATIENCE seconds: the first one may measure meanwhile, or wait for space on a full disk.
    private static func endIfOthersAreSilent() {
        let patience = ProcessInfo.processInfo.environment["GAN_RANK_PATIENCE"].flatMap { Int($0) } ?? 1800
        while true {
            sleep(1)
            let since = waitingSince.load(ordering: .relaxed)
            guard since > 0, uptime - since > patience else { continue }
            let message =
                "Error: rank \(own) has waited for the others for \(patience) seconds; one of them hangs. The run "
                + "can go on with --resume\n"
            FileHandle.standardError.write(Data(message.utf8))
            _exit(1)
        }
    }

    // MARK: - Exchanging numbers

    /// Of each process its bytes, in their order.
    public static func gathered(_ bytes: [UInt8]) -> [[UInt8]] {
        if count == 1 { return [bytes] }
        var all = [UInt8](repeating: 0, count: count * bytes.count)
        waiting { cmpi_gather(bytes, &all, Int32(bytes.count)) }
        return (0..<count).map { Array(all[$0 * bytes.count..<($0 + 1) * bytes.count]) }
    }

    /// The mean of the processes' numbers, in a shared step.
    package static func mean(_ value: Double) -> Double {
        if parts == 1 { return value }
        var all = [Double](repeating: 0, count: count)
        waiting { withUnsafeBytes(of: value) { cmpi_gather($0.baseAddress, &all, Int32($0.count)) } }
        addTree(&all, each: 1)
        return all[0] / Double(count)
    }

    /// The sum over the processes, in place.
    package static func sum(_ values: UnsafeMutablePointer<Scalar>, count total: Int) {
        if parts == 1 { return }
        // What slices of equal length leave over is added with few others.
        let inSlices = total <= 1024 ? 0 : total - total % count
        for start in stride(from: 0, to: inSlices, by: largestPiece) {
            sumSlices(values + start, min(largestPiece, inSlices - start) / count)
        }
        if inSlices < total { sumGathered(values + inSlices, total - inSlices) }
    }

    /// The mean over the processes, in place.
    package static func average(_ values: UnsafeMutablePointer<Scalar>, count total: Int) {
        if parts == 1 { return }
        sum(values, count: total)
        let share = 1 / Scalar(parts)
        for index in 0..<total { values[index] *= share }
    }

    /// In scalars, of what is exchanged at once; each process holds as much besides.
    private static let largestPiece = 1 << 22

    /// Few numbers: every process adds all of them.
    private static func sumGathered(_ values: UnsafeMutablePointer<Scalar>, _ count: Int) {
        BufferPool.withScratch(count * Ranks.count) { all in
            waiting { cmpi_gather(values, all, Int32(count * MemoryLayout<Scalar>.stride)) }
            addTree(all, each: count)
            values.update(from: all, count: count)
        }
    }

    /// Many numbers: every process adds a slice of them, and gets the others' sums.
    private static func sumSlices(_ values: UnsafeMutablePointer<Scalar>, _ slice: Int) {
        let bytes = Int32(slice * MemoryLayout<Scalar>.stride)
        BufferPool.withScratch(slice * Ranks.count) { received in
            waiting { cmpi_exchange(values, received, bytes) }
            addTree(received, each: slice)
            waiting { cmpi_gather(received, values, bytes) }
        }
    }

    /// Adds the arrays of all processes, which lie one behind the other, into the first: `(0 + 1) + (2 + 3)`.
    private static func addTree<Number: BinaryFloatingPoint>(
        _ arrays: UnsafeMutablePointer<Number>, each: Int
    ) {
        var step = 1
        while step < count {
            for first in stride(from: 0, to: count, by: 2 * step) {
                let (target, other) = (arrays + first * each, arrays + (first + step) * each)
                for index in 0..<each { target[index] += other[index] }
            }
            step *= 2
        }
    }
}

/// Why processes cannot train together.
public struct RanksError: Error, CustomStringConvertible {
    /// In words.
    public let description: String

    init(_ description: String) { self.description = description }
}
