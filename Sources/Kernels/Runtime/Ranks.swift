import CLoops
import CMPI
import Foundation
import Synchronization

/// The processes that train together, each on its part of every batch, as `mpirun` or `srun` started them.
///
/// Sums are added in a fixed binary tree over the ranks, so that they are the same bits on every rank. Calls come from
/// one thread, the training's, but for those of the exchange in the background.
public enum Ranks {
    /// How many processes there are: a power of two; 1 without MPI.
    public nonisolated(unsafe) private(set) static var count = 1
    /// Which of them this one is, from 0.
    public nonisolated(unsafe) private(set) static var own = 0

    /// Whether this process writes and tells what all of them learn.
    public static var isFirst: Bool { own == 0 }

    /// Which images of a batch this process reads: those of its shards.
    public static func share(of batch: Int) -> Range<Int> {
        own * batch / count..<(own + 1) * batch / count
    }

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
        return max(1, min(cores, loop_cores()))
    }

    /// That share, where Open MPI's mpirun, which binds ranks unless told not to, leaves this one fewer; nil elsewhere.
    public static var coresWithoutBinding: Int? {
        let isBinding = ProcessInfo.processInfo.environment["OMPI_COMM_WORLD_SIZE"] != nil
        return count > 1 && isBinding && loop_cores() < cores ? cores : nil
    }

    private static var cores: Int { max(1, ProcessInfo.processInfo.processorCount / max(1, launchedHere)) }

    // MARK: - Waiting

    /// The ways on which numbers are exchanged beside each other.
    enum Channel { case foreground, background }

    /// Seconds of uptime at which the exchange in progress began; 0 while there is none.
    private static let waitingSince = Atomic<Int>(0)
    private static let waitingInBackgroundSince = Atomic<Int>(0)

    /// Exchanges something, for which the others may have to be waited for.
    private static func waiting(_ channel: Channel = .foreground, _ exchange: () -> Void) {
        func note(_ time: Int) {
            switch channel {
            case .foreground: waitingSince.store(time, ordering: .relaxed)
            case .background: waitingInBackgroundSince.store(time, ordering: .relaxed)
            }
        }
        note(uptime)
        exchange()
        note(0)
    }

    private static var uptime: Int { Int(ProcessInfo.processInfo.systemUptime) }

    /// Ends this process, and by that all others, when one of them has not answered for half an hour, or
    /// $GAN_RANK_PATIENCE seconds: the first one may measure meanwhile, or wait for space on a full disk.
    private static func endIfOthersAreSilent() {
        let patience = ProcessInfo.processInfo.environment["GAN_RANK_PATIENCE"].flatMap { Int($0) } ?? 1800
        while true {
            sleep(1)
            let starts = [
                waitingSince.load(ordering: .relaxed), waitingInBackgroundSince.load(ordering: .relaxed),
            ]
            guard starts.contains(where: { $0 > 0 && uptime - $0 > patience }) else { continue }
            let message =
                "Error: rank \(own) has waited for the others for \(patience) seconds; one of them hangs. The run "
                + "can go on with --resume\n"
            FileHandle.standardError.write(Data(message.utf8))
            _exit(1)
        }
    }

    // MARK: - Exchanging in the background

    /// One after the other, in the order that is the same on all processes.
    private static let background = DispatchQueue(label: "exchange", qos: .userInteractive)
    /// What is put off until it is waited for, where the library cannot be called from several threads.
    private nonisolated(unsafe) static var putOff: [@Sendable () -> Void] = []

    /// Exchanges something by the background's channel while the training goes on.
    static func exchangeInBackground(_ exchange: @escaping @Sendable () -> Void) {
        if cmpi_has_background() == 1 {
            background.async { Parallel.limited(to: 1, exchange) }
        } else {
            background.sync { putOff.append(exchange) }
        }
    }

    /// Waits for all that is exchanged in the background; to be called by the training's thread.
    static func waitForBackground() {
        cmpi_hurry_background(1)
        background.sync {}
        cmpi_hurry_background(0)
        for exchange in putOff { exchange() }
        putOff = []
    }

    // MARK: - Exchanging numbers

    /// Of each process its bytes, in their order.
    public static func gathered(_ bytes: [UInt8]) -> [[UInt8]] {
        if count == 1 { return [bytes] }
        var all = [UInt8](repeating: 0, count: count * bytes.count)
        waiting { cmpi_gather(bytes, &all, Int32(bytes.count)) }
        return (0..<count).map { Array(all[$0 * bytes.count..<($0 + 1) * bytes.count]) }
    }

    /// The first process's bytes, on all.
    public static func first(_ bytes: [UInt8]) -> [UInt8] {
        if count == 1 { return bytes }
        let size = Int(gathered(Double(bytes.count))[0])
        var all = isFirst ? bytes : Array(repeating: 0, count: size)
        all.withUnsafeMutableBytes { all in
            for start in stride(from: 0, to: all.count, by: 1 << 28) {
                let piece = UnsafeMutableRawBufferPointer(
                    rebasing: all[start..<min(all.count, start + 1 << 28)])
                waiting { cmpi_spread(piece.baseAddress, Int32(piece.count)) }
            }
        }
        return all
    }

    /// Of each process its number, in their order.
    static func gathered(_ value: Double) -> [Double] {
        if count == 1 { return [value] }
        var all = [Double](repeating: 0, count: count)
        waiting { withUnsafeBytes(of: value) { cmpi_gather($0.baseAddress, &all, Int32($0.count)) } }
        return all
    }

    /// The sum over the processes, in place.
    static func sum(
        _ values: UnsafeMutablePointer<Scalar>, count total: Int, by channel: Channel = .foreground
    ) {
        if count == 1 { return }
        // What slices of equal length leave over is added with few others.
        let inSlices = total <= 1024 ? 0 : total - total % count
        let piece =
            channel == .foreground ? largestPiece : min(largestPiece, count * largestSliceInBackground)
        for start in stride(from: 0, to: inSlices, by: piece) {
            sumSlices(values + start, min(piece, inSlices - start) / count, channel)
        }
        if inSlices < total { sumGathered(values + inSlices, total - inSlices, channel) }
    }

    /// In scalars, of what is exchanged at once; each process holds as much besides.
    private static let largestPiece = 1 << 22
    /// Of each process, a quarter of a megabyte: what the foreground exchanges meanwhile, such as the moments of a layer,
    /// waits behind it.
    private static let largestSliceInBackground = 1 << 16

    /// Few numbers: every process adds all of them.
    private static func sumGathered(
        _ values: UnsafeMutablePointer<Scalar>, _ count: Int, _ channel: Channel
    ) {
        BufferPool.withScratch(count * Ranks.count) { all in
            gather(values, all, count, channel)
            addTree(all, each: count)
            values.update(from: all, count: count)
        }
    }

    /// Many numbers: every process adds a slice of them, and gets the others' sums.
    private static func sumSlices(
        _ values: UnsafeMutablePointer<Scalar>, _ slice: Int, _ channel: Channel
    ) {
        let bytes = Int32(slice * MemoryLayout<Scalar>.stride)
        let exchange = channel == .foreground ? cmpi_exchange : cmpi_exchange_in_background
        BufferPool.withScratch(slice * Ranks.count) { received in
            waiting(channel) { exchange(values, received, bytes) }
            addTree(received, each: slice)
            gather(received, values, slice, channel)
        }
    }

    private static func gather(
        _ own: UnsafePointer<Scalar>, _ all: UnsafeMutablePointer<Scalar>, _ count: Int, _ channel: Channel
    ) {
        let gather = channel == .foreground ? cmpi_gather : cmpi_gather_in_background
        waiting(channel) { gather(own, all, Int32(count * MemoryLayout<Scalar>.stride)) }
    }

    /// Adds the arrays of all processes, which lie one behind the other, into the first.
    private static func addTree(_ arrays: UnsafeMutablePointer<Scalar>, each count: Int) {
        Shards.addTree((0..<Ranks.count).map { arrays + $0 * count }, count: count)
    }
}

/// Why processes cannot train together.
public struct RanksError: Error, CustomStringConvertible {
    /// In words.
    public let description: String

    init(_ description: String) { self.description = description }
}
