import Networks
import Tensors

/// Feature maps from 4x4 on that double up to the image's size; from 64x64 on each is gated by the one a sixteenth
/// of its size. Maps are told by the sides that they have in squares, see `ImageSize.firstMap`. Every convolution is
/// spectrally normalized.
///
/// - Shapes: latents `[n, latentSize]` to images `[n, height, width, channels]` in [-1, 1].
/// - Differentiable: to any order.
/// - Source: Liu et al. 2021, section 3.1 and figure 3; layers and names as in the authors' program, whose output has
///   the tanh of 1024 pixels at every size here.
final class FastGANGenerator: Layer {
    private let first: Sequential
    private let blocks: [(side: Int, layers: Sequential)]
    /// By the side of the map that is gated.
    private let gates: [Int: SkipLayerExcitation]
    private let last: Conv2d
    private let isTileable: Bool

    /// How many times finer a map is than the one that gates it, a side.
    private static let gateRatio = 16

    init(_ configuration: FastGAN, from source: inout ParameterSource) {
        let width = configuration.width
        isTileable = configuration.isTileable
        let firstMap = configuration.size.firstMap
        func channels(_ side: Int) -> Int { FastGANGenerator.channels(at: side, width: width) }
        first = Sequential([
            ConvTranspose2d(
                inputChannels: configuration.latentSize, outputChannels: 2 * channels(4),
                kernelSize: firstMap.height, kernelWidth: firstMap.width, hasBias: false,
                initializer: fastGANInitializer, spectrallyNormalized: true, from: &source),
            fastGANNorm(2 * channels(4), from: &source), GatedLinearUnit(),
        ])
        var (blocks, gates): ([(side: Int, layers: Sequential)], [Int: SkipLayerExcitation]) = ([], [:])
        var side = 8
        while side <= configuration.size.doubledSide {
            // Every second block has noise, from the first on, and two layers of it.
            blocks.append(
                (
                    side,
                    doublingBlock(
                        inputs: channels(side / 2), outputs: channels(side),
                        noise: blocks.count.isMultiple(of: 2) ? blocks.count : nil, from: &source)
                ))
            let coarse = side / FastGANGenerator.gateRatio
            if coarse >= 4 {
                gates[side] = SkipLayerExcitation(
                    poolingTo: firstMap, gating: channels(coarse), gated: channels(side), spectral: true,
                    from: &source)
            }
            side *= 2
        }
        (self.blocks, self.gates) = (blocks, gates)
        last = Conv2d(
            inputChannels: channels(configuration.size.doubledSide), outputChannels: configuration.channels,
            kernelSize: 3, padding: 1, hasBias: false, initializer: fastGANInitializer,
            spectrallyNormalized: true, from: &source)
    }

    /// Named as in the authors' program.
    var members: [(name: String, part: Any)] {
        var members: [(name: String, part: Any)] = [("init.init", first)]
        for (side, layers) in blocks {
            members.append(("feat_\(side)", layers))
            if let gate = gates[side] { members.append(("se_\(side)", gate)) }
        }
        return members + [("to_big", last)]
    }

    func callAsFunction(_ latents: Tensor, _ context: ForwardContext) -> Tensor {
        context.paddingCircularly(isTileable) { images(of: latents, context) }
    }

    private func images(of latents: Tensor, _ context: ForwardContext) -> Tensor {
        var map = first(latents.reshaped([latents.shape[0], 1, 1, latents.shape[1]]), context)
        var maps = [4: map]
        for (side, layers) in blocks {
            map = layers(map, context)
            if let gate = gates[side], let coarse = maps[side / FastGANGenerator.gateRatio] {
                map = gate(coarse, map, context)
            }
            maps[side] = map
        }
        return last(map, context).tanh()
    }

    /// Channels of the feature map of a side: 16, 8, 4, 2, 2, 1, 1/2 and 1/4 times the width from 4x4 to 512x512.
    static func channels(at side: Int, width: Int) -> Int {
        let quarters = [4: 64, 8: 32, 16: 16, 32: 8, 64: 8, 128: 4, 256: 2, 512: 1]
        return max(1, width * (quarters[side] ?? 1) / 4)
    }
}
