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
            "The class of all images, of a conditional model. (default: its first)", valueName: "name"),
        completion: .classNames)
    var className: String?

    @Flag(help: "Use the trained weights of a run in place of their moving average.")
    var raw = false

    @OptionGroup var threads: ThreadsOption

    /// The generator, and the class of what it shall make.
    func open() throws -> (trained: TrainedGenerator, label: Int?) {
        threads.apply()
        let trained = try checkpoint.generator(raw: raw)
        guard let conditioning = trained.configuration.conditioning else {
            guard className == nil else {
                throw CommandError("\(checkpoint.path) holds a model without classes; leave out --class")
            }
            return (trained, nil)
        }
        return (trained, try className.map(conditioning.label(of:)) ?? 0)
    }
}

/// Whether a command works in a generator's latents or in its styles.
struct SpaceOption: ParsableArguments {
    enum Space: String, CaseIterable, ExpressibleByArgument { case latent, style }

    @Option(
        help: """
            Space to calculate in: that of the latent vectors, or that of the style vectors which a \
            style-based model makes of them. (default: style where the model has styles)
            """)
    var space: Space?

    /// - Throws: `CommandError` for styles of a model that has none.
    func space(of trained: TrainedGenerator, label: Int?, path: String) throws -> LatentSpace {
        if space != .latent, let styles = LatentSpace(stylesOf: trained, label: label) { return styles }
        guard space != .style else {
            throw CommandError(
                "\(path) holds \(trained.header.model.nameWithArticle), which has no styles; leave "
                    + "out --space style")
        }
        return LatentSpace(trained, label: label)
    }
}

extension LatentSpace.Content {
    /// Of an array's shape: styles are the same for one group of layers, all, which is an axis of their own.
    init(ofShape shape: [Int]) { self = shape.count == 3 && shape[1] == 1 ? .styles : .latents }

    /// The shape that so many have in a file.
    func fileShape(count: Int, size: Int) -> [Int] {
        self == .styles ? [count, 1, size] : [count, size]
    }
}

/// Latents or styles from a file, checked to be of the kind and size that a model takes.
///
/// - Parameter content: what is needed; nil for either.
/// - Returns: `[n, size]`, and what they are.
func readLatents(
    _ path: String, size: Int, content: LatentSpace.Content?
) throws -> (latents: Tensor, content: LatentSpace.Content) {
    let array = try NumpyArray(path: path)
    let found = LatentSpace.Content(ofShape: array.shape)
    let own = array.shape.last ?? 0
    // A single latent may lie in a list.
    let count = array.shape == [size] ? 1 : array.shape.first ?? 0
    guard array.shape == [size] || array.shape == found.fileShape(count: count, size: own), own == size,
        count > 0
    else {
        let needed = (content ?? .latents).fileShape(count: 0, size: size).dropFirst().map { " x \($0)" }
        throw CommandError(
            "\(path) holds an array of shape \(array.shape); this checkpoint needs count\(needed.joined())"
                + (content == .styles ? ", which are styles" : ""))
    }
    if let content, content != found {
        let space = found == .styles ? SpaceOption.Space.style : .latent
        throw CommandError(
            "\(path) holds \(found.rawValue), and \(content.rawValue) are asked for; give --space "
                + "\(space.rawValue), or another file")
    }
    guard count <= SeedList.maximumCount else {
        throw CommandError(
            "\(path) holds \(count) latents; at most \(SeedList.maximumCount) are allowed")
    }
    let scalars = try array.values(as: Scalar.self)
    guard scalars.allSatisfy(\.isFinite) else {
        throw CommandError("\(path) holds numbers that are not finite; no image can be made of them")
    }
    return (Tensor(scalars, shape: [count, size]), found)
}

extension LatentSpace {
    /// Reads what lies in this space from a file.
    ///
    /// - Returns: `[n, size]`
    func read(_ path: String) throws -> Tensor {
        try readLatents(path, size: size, content: content).latents
    }

    /// Writes latents as a float32 array that `read` reads.
    func write(_ latents: Tensor, to path: String) throws {
        let shape = content.fileShape(count: latents.shape[0], size: size)
        try NumpyArray(shape: shape, values: latents.scalars.map { Float($0) }).write(to: path)
    }
}
