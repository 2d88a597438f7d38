import ArgumentParser
import Checkpoints
import Foundation
import GANs
import Tensors

/// What every command on a generator's latents is told.
struct LatentOptions: ParsableArguments {
    @Argument(help: "A run's folder, a checkpoint of a run, or an exported generator.")
    var checkpoint: CheckpointArgument

    @Option(
        name: .customLong("class"),
        help: ArgumentHelp(
            "The class of all pictures, of a conditional model. (default: its first)", valueName: "name"))
    var className: String?

    @Flag(help: "Use the trained weights of a run rather than their moving average.")
    var raw = false

    @Option(help: "Threads that share the work. (default: one for each core)")
    var threads: Int?

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads); it must lie between 1 and 1024")
        }
    }

    /// The generator, and the class of what it shall make.
    func open() throws -> (trained: TrainedGenerator, label: Int?) {
        if let threads { Parallel.threads = threads }
        let trained = try TrainedGenerator(path: checkpoint.path, raw: raw)
        guard let conditioning = trained.family.conditioning else {
            guard className == nil else {
                throw CommandError("\(checkpoint.path) holds a model without classes; leave out --class")
            }
            return (trained, nil)
        }
        return (trained, try className.map(conditioning.label(of:)) ?? 0)
    }

    func space() throws -> LatentSpace {
        let (trained, label) = try open()
        return LatentSpace(trained, label: label)
    }
}

/// Latents from a file, checked to be of a size that a model takes.
///
/// - Returns: `[n, size]`
func readLatents(_ path: String, size: Int) throws -> Tensor {
    let array = try NumpyArray(path: path)
    // A single latent may lie in a list.
    let shape = array.shape == [size] ? [1, size] : array.shape
    guard shape.count == 2, shape[1] == size, shape[0] > 0 else {
        throw CommandError(
            "\(path) holds an array of shape \(array.shape); this checkpoint needs count x \(size)")
    }
    guard shape[0] <= SeedList.maximumCount else {
        throw CommandError(
            "\(path) holds \(shape[0]) latents; at most \(SeedList.maximumCount) are allowed")
    }
    let scalars = try array.values(as: Scalar.self)
    guard scalars.allSatisfy(\.isFinite) else {
        throw CommandError("\(path) holds numbers that are not finite; no picture can be made of them")
    }
    return Tensor(scalars, shape: Shape(shape))
}

/// Writes latents as a float32 array that `readLatents` reads.
func write(_ latents: Tensor, to path: String) throws {
    try NumpyArray(shape: latents.shape.dimensions, values: latents.scalars.map { Float($0) }).write(to: path)
}

/// Throws unless a number given for an option lies in a range.
func check<Value: Comparable>(_ name: String, _ value: Value, in range: ClosedRange<Value>) throws {
    guard range.contains(value) else {
        throw ValidationError(
            "\(name) is \(value); it must lie between \(range.lowerBound) and \(range.upperBound)")
    }
}
