import Foundation
import Tensors

/// The transforms of adaptive augmentation, each of which an image undergoes with one probability.
///
/// - Source: Karras et al. 2020, "Training generative adversarial networks with limited data", appendix B: the
///   pipeline "bgc" of pixel blitting, geometric and color transforms, in its order, with its ranges. Where the
///   authors resample at twice the size through a wavelet's filter, images are interpolated between their
///   four nearest pixels here: as quick as a step needs it, and a little softer.
struct AdaptiveTransforms: OptionSet, Hashable, Sendable {
    let rawValue: Int

    init(rawValue: Int) { self.rawValue = rawValue }

    static let mirroring = AdaptiveTransforms(rawValue: 1 << 0)
    static let quarterTurn = AdaptiveTransforms(rawValue: 1 << 1)
    static let wholeShift = AdaptiveTransforms(rawValue: 1 << 2)
    static let scale = AdaptiveTransforms(rawValue: 1 << 3)
    static let rotation = AdaptiveTransforms(rawValue: 1 << 4)
    static let stretch = AdaptiveTransforms(rawValue: 1 << 5)
    static let shift = AdaptiveTransforms(rawValue: 1 << 6)
    static let brightness = AdaptiveTransforms(rawValue: 1 << 7)
    static let contrast = AdaptiveTransforms(rawValue: 1 << 8)
    static let lumaFlip = AdaptiveTransforms(rawValue: 1 << 9)
    static let hue = AdaptiveTransforms(rawValue: 1 << 10)
    static let saturation = AdaptiveTransforms(rawValue: 1 << 11)
    static let all = AdaptiveTransforms(rawValue: (1 << 12) - 1)

    /// Images, and what they are conditioned on, which moves along and keeps its values. All of an image's motions
    /// are one resampling, and all changes of its colors one more sweep.
    func apply(
        to images: Tensor, beside condition: Tensor? = nil, probability: Double, _ random: inout RandomStream
    ) -> (images: Tensor, condition: Tensor?) {
        let shape = images.shape
        let transforms = Shards.drawn(forImages: shape[0]) {
            (
                motion: motion(height: shape[1], width: shape[2], probability, &random),
                color: color(channels: shape[3], probability, &random)
            )
        }
        let (motions, colors) = (transforms.map(\.motion), transforms.map(\.color))
        var (result, condition) = (images, condition)
        if motions.contains(where: { $0 != .identity }) {
            result = result.resampled(by: motions, border: .mirrored)
            condition = condition?.resampled(by: motions, border: .mirrored)
        }
        let unchanged = ChannelTransform.identity(channels: shape[3])
        if colors.contains(where: { $0 != unchanged }) { result = result.channelsTransformed(by: colors) }
        return (result, condition)
    }

    private func motion(
        height: Int, width: Int, _ probability: Double, _ random: inout RandomStream
    ) -> PlaneTransform {
        var result = PlaneTransform.identity
        func maybe(_ part: AdaptiveTransforms, _ probability: Double, _ transform: PlaneTransform) {
            if random.uniform() < probability && contains(part) { result = result.then(transform) }
        }
        let (height, width) = (Double(height), Double(width))
        maybe(.mirroring, probability, random.integer(in: 0..<2) == 1 ? .mirroring : .identity)
        maybe(.quarterTurn, probability, .quarterTurns(random.integer(in: 0..<4)))
        let blit = (random.uniform(in: -0.125..<0.125), random.uniform(in: -0.125..<0.125))
        maybe(
            .wholeShift, probability,
            .translation(x: (blit.0 * width).rounded(), y: (blit.1 * height).rounded()))
        let scale = exp2(0.2 * random.normal())
        maybe(.scale, probability, .scaling(x: scale, y: scale))
        // Two chances to be turned, before and after the stretching: at least one comes with the probability.
        let each = 1 - (1 - probability).squareRoot()
        maybe(.rotation, each, .rotation(random.uniform(in: -Double.pi..<Double.pi)))
        let stretch = exp2(0.2 * random.normal())
        maybe(.stretch, probability, .scaling(x: stretch, y: 1 / stretch))
        maybe(.rotation, each, .rotation(random.uniform(in: -Double.pi..<Double.pi)))
        let shift = (0.125 * random.normal(), 0.125 * random.normal())
        maybe(.shift, probability, .translation(x: shift.0 * width, y: shift.1 * height))
        return result
    }

    private func color(
        channels: Int, _ probability: Double, _ random: inout RandomStream
    ) -> ChannelTransform {
        var result = ChannelTransform.identity(channels: channels)
        func maybe(_ part: AdaptiveTransforms, _ transform: @autoclosure () -> ChannelTransform) {
            if random.uniform() < probability && contains(part) { result = result.then(transform()) }
        }
        let brightness = 0.2 * random.normal()
        maybe(.brightness, .brightness(brightness, channels: channels))
        let contrast = exp2(0.5 * random.normal())
        maybe(.contrast, .contrast(contrast, channels: channels))
        let flips = random.integer(in: 0..<2) == 1
        maybe(.lumaFlip, flips ? .lumaFlip(channels: channels) : .identity(channels: channels))
        let hue = random.uniform(in: -Double.pi..<Double.pi)
        maybe(.hue, .hue(hue, channels: channels))
        let saturation = exp2(random.normal())
        maybe(.saturation, .saturation(saturation, channels: channels))
        return result
    }
}
