import Images
import Networks
import Tensors

/// Two branches that score the image and its shrunk copy, with 5x5 scores each, and three decoders that reconstruct
/// real images from the branches' features. Maps are told by the sides that they have in squares, see
/// `ImageSize.firstMap`.
///
/// - Shapes: `[n, height, width, channels]` to two scales of scores, `[n, 5, 5, 1]` each of squares.
/// - Differentiable: to any order.
/// - Source: Liu et al. 2021, section 3.2 and figure 4; layers and names as in the authors' program. The shrunk copy
///   as in lightweight-gan 1.2.1.
final class FastGANDiscriminator: SelfSupervisedDiscriminator {
    let supervisedLossName = "reconstruction"

    private let stem: Sequential
    private let blocks: [(side: Int, layers: TwoWayHalving)]
    /// By the side of the map that is gated.
    private let gates: [Int: SkipLayerExcitation]
    private let head: Sequential
    private let smallBranch: Sequential
    private let smallHead: Conv2d
    private let decoders: [(name: String, layers: Sequential)]
    private let small: ImageSize

    /// The largest feature map, in pixels a side; larger images are halved before.
    private static let largestMap = 256
    /// How many times coarser a map is than the one that gates it, a side.
    private static let gateRatio = 8
    /// Width and height of the maps that are scored, in pixels.
    private static let lastSide = 8

    init(_ configuration: FastGAN, from source: inout ParameterSource) {
        let (width, options) = (configuration.width, configuration.discriminator)
        let layers = FastGANDiscriminatorLayers(options)
        let start = min(configuration.size.doubledSide, Self.largestMap)
        let first = Self.channels(at: start, width: width)
        stem = Sequential([
            configuration.size.doubledSide > start
                ? layers.halving(configuration.channels, first, &source)
                : layers.convolution(configuration.channels, first, kernel: 3, &source),
            LeakyReLU(slope: 0.2),
        ])
        (blocks, gates) = Self.blocks(from: start, configuration, &source)
        let last = Self.channels(at: Self.lastSide, width: width)
        head = Sequential(
            layers.normalized(layers.convolution(last, 2 * last, kernel: 1, &source), 2 * last, &source)
                + [layers.score(2 * last, &source)])
        small = configuration.size.map(at: configuration.smallSide)
        smallBranch = Self.smallBranch(configuration, &source)
        let smallLast = Self.smallChannels(at: Self.lastSide, width: width)
        smallHead = layers.score(smallLast, &source)
        let part = Self.channels(at: 2 * Self.lastSide, width: width)
        decoders = [("big", last), ("part", part), ("small", smallLast)].map {
            ("decoder_\($0.0).main", Self.decoder(inputs: $0.1, configuration, from: &source))
        }
    }

    /// Channels of the map of a side: 1/4, 1/2, 1, 2, 4 and 8 times the width from 256x256 to 8x8.
    private static func channels(at side: Int, width: Int) -> Int { max(1, width * 64 / side) }

    /// Channels of the second branch's map of a side, half as many.
    private static func smallChannels(at side: Int, width: Int) -> Int { max(1, width * 32 / side) }

    private static func blocks(
        from start: Int, _ configuration: FastGAN, _ source: inout ParameterSource
    ) -> ([(side: Int, layers: TwoWayHalving)], [Int: SkipLayerExcitation]) {
        let (width, options) = (configuration.width, configuration.discriminator)
        let layers = FastGANDiscriminatorLayers(options)
        var (blocks, gates): ([(side: Int, layers: TwoWayHalving)], [Int: SkipLayerExcitation]) = ([], [:])
        for side in sides(from: start / 2) {
            let outputs = channels(at: side, width: width)
            blocks.append(
                (side, TwoWayHalving(channels(at: 2 * side, width: width), outputs, layers, from: &source)))
            if side * gateRatio <= start {
                gates[side] = SkipLayerExcitation(
                    poolingTo: configuration.size.firstMap,
                    gating: channels(at: side * gateRatio, width: width), gated: outputs,
                    spectral: options.spectral, from: &source)
            }
        }
        return (blocks, gates)
    }

    private static func smallBranch(
        _ configuration: FastGAN, _ source: inout ParameterSource
    ) -> Sequential {
        func channels(_ side: Int) -> Int { smallChannels(at: side, width: configuration.width) }
        let layers = FastGANDiscriminatorLayers(configuration.discriminator)
        let sides = sides(from: configuration.smallSide / 2)
        let first = layers.halving(configuration.channels, channels(sides[0]), &source)
        return Sequential(
            [first, LeakyReLU(slope: 0.2)]
                + sides.dropFirst().map {
                    PlainHalving(channels(2 * $0), channels($0), layers, from: &source)
                })
    }

    /// Named as in the authors' program, by how many times smaller than 512 pixels a map is.
    var members: [(name: String, part: Any)] {
        var members: [(name: String, part: Any)] = [("down_from_big", stem)]
        for (side, layers) in blocks {
            members.append(("down_\(512 / side)", layers))
            if let gate = gates[side] {
                members.append(("se_\(512 / (side * Self.gateRatio))_\(512 / side)", gate))
            }
        }
        members += [("rf_big", head), ("down_from_small", smallBranch), ("rf_small", smallHead)]
        for (name, layers) in decoders { members.append((name, layers)) }
        return members
    }

    func callAsFunction(_ images: Tensor, _ context: ForwardContext) -> DiscriminatorOutput {
        let maps = maps(of: images, context)
        return DiscriminatorOutput(scores: scores(maps.big, smallMap(of: images, context), context))
    }

    /// The features of the first branch.
    func features(of images: Tensor, _ context: ForwardContext) -> Tensor? { maps(of: images, context).big }

    /// The scores, and how far the decoders' images are from the real ones, by the mean squared error: the image and
    /// its shrunk copy as wholes, and a quarter of the image from the same quarter of the map of 16x16, which is
    /// drawn from the context's random stream.
    func supervised(_ reals: Tensor, _ context: ForwardContext) -> DiscriminatorOutput {
        let (big, parts) = maps(of: reals, context)
        let smallMap = smallMap(of: reals, context)
        let quarter = context.random.integer(in: 0..<4)
        let sources = [(big, reals), (parts.quarter(quarter), reals.quarter(quarter)), (smallMap, reals)]
        let losses = zip(decoders, sources).map { decoder, source in
            let target = source.1.nearestResized(height: small.height, width: small.width)
            return (decoder.layers(source.0, context) - target).squared().mean()
        }
        return DiscriminatorOutput(
            scores: scores(big, smallMap, context), supervisedLoss: losses.dropFirst().reduce(losses[0], +))
    }

    private func scores(_ big: Tensor, _ small: Tensor, _ context: ForwardContext) -> [Tensor] {
        [head(big, context), smallHead(small, context)]
    }

    /// The map that is scored, and the one before, of twice its side.
    private func maps(of images: Tensor, _ context: ForwardContext) -> (big: Tensor, parts: Tensor) {
        var map = stem(images, context)
        var maps = [ImageSize(of: map).doubledSide: map]
        var before = map
        for (side, layers) in blocks {
            before = map
            map = layers(map, context)
            if let gate = gates[side], let fine = maps[side * Self.gateRatio] {
                map = gate(fine, map, context)
            }
            maps[side] = map
        }
        return (map, before)
    }

    private func smallMap(of images: Tensor, _ context: ForwardContext) -> Tensor {
        smallBranch(images.nearestResized(height: small.height, width: small.width), context)
    }

    /// Sides of maps, each half of the one before.
    private static func sides(from first: Int) -> [Int] {
        Array(sequence(first: first) { $0 / 2 }.prefix { $0 >= lastSide })
    }

    /// From a map of 8x8 to an image in [-1, 1], with half the generator's channels at each side.
    private static func decoder(
        inputs: Int, _ configuration: FastGAN, from source: inout ParameterSource
    ) -> Sequential {
        let spectral = configuration.discriminator.spectral
        var (layers, inputs): ([any Layer], Int) = ([PooledTo(configuration.size.map(at: lastSide))], inputs)
        for side in sides(from: configuration.smallSide).dropLast().reversed() {
            let outputs = FastGANGenerator.channels(at: side, width: configuration.width / 2)
            layers.append(doublingBlock(inputs: inputs, outputs: outputs, spectral: spectral, from: &source))
            inputs = outputs
        }
        layers += [
            Conv2d(
                inputChannels: inputs, outputChannels: configuration.channels, kernelSize: 3, padding: 1,
                hasBias: false, initializer: fastGANInitializer, spectrallyNormalized: spectral, from: &source
            ),
            Tanh(),
        ]
        return Sequential(layers)
    }
}

extension Tensor {
    /// One of the four quarters of images, row by row from the top left one.
    ///
    /// - Shapes: `[n, 2 h, 2 w, c]` to `[n, h, w, c]`.
    fileprivate func quarter(_ number: Int) -> Tensor {
        let (height, width) = (shape[1] / 2, shape[2] / 2)
        let (row, column) = (number / 2 * height, number % 2 * width)
        return sliced(axis: 1, row..<row + height).sliced(axis: 2, column..<column + width)
    }
}
