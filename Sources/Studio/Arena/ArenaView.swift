import Foundation
import GANs

/// What is to be seen of one training at one moment.
package struct ArenaView: Sendable {
    /// Steps of the generator.
    package var step: Int
    package var losses: ArenaLosses
    /// Whether the discriminator's outputs are logits of the probability of real.
    package var isLogit: Bool
    /// The discriminator's output at its decision boundary.
    package var boundary: Double
    /// The generated points of high quality at each mode; nil where there are no modes.
    package var modeCounts: [Int]?
    /// Real points, always the same, in the data's units and row-major order, as the generated ones.
    package var reals: [Scalar]
    /// Generated points, of always the same latents.
    package var generated: [Scalar]
    /// The discriminator's output over the plane, rows from the upper left, or along the line.
    package var outputs: [Scalar]
    /// How the first generated points are pulled: see `ArenaObserver.pulls`.
    package var pulls: [Scalar]
    /// What becomes of a grid of latents, or of points of a line.
    package var manifold: [Scalar]
}

/// What the arena sends: one view, or two of trainings side by side.
package struct ArenaFrame: Sendable {
    /// Its place in the history.
    package var number: Int
    /// What slow motion is showing; nil otherwise.
    package var phase: ArenaPhase?
    package var views: [ArenaView]

    /// A frame of some views.
    package init(number: Int, phase: ArenaPhase?, views: [ArenaView]) {
        (self.number, self.phase, self.views) = (number, phase, views)
    }
}

/// The parts of a step, one after the other, as slow motion shows them.
package enum ArenaPhase: String, Codable, CaseIterable, Sendable {
    /// Latents become points.
    case generate
    /// The discriminator judges real and generated points.
    case judge
    /// The discriminator takes a step.
    case discriminatorLearns = "discriminator-learns"
    /// Its gradients pull at the generated points.
    case pull
    /// The generator takes a step.
    case generatorLearns = "generator-learns"
}

extension ArenaFrame {
    private struct Header: Encodable {
        struct View: Encodable {
            let step: Int
            let losses: ArenaLosses
            let isLogit: Bool
            let boundary: Double
            let modeCounts: [Int]?
            let counts: [Int]
        }

        let number: Int
        let phase: ArenaPhase?
        let views: [View]
    }

    /// Little-endian: the length of a JSON header as UInt32, the header with blanks up to a multiple of 4 bytes, and all
    /// arrays of all views as Float32, `reals`, `generated`, `outputs`, `pulls` and `manifold`, with as many
    /// numbers as the header's `counts` say.
    package func encoded() -> Data {
        let arrays = views.map { [$0.reals, $0.generated, $0.outputs, $0.pulls, $0.manifold] }
        let header = Header(
            number: number, phase: phase,
            views: zip(views, arrays).map { view, arrays in
                Header.View(
                    step: view.step, losses: view.losses, isLogit: view.isLogit,
                    boundary: view.boundary, modeCounts: view.modeCounts, counts: arrays.map(\.count))
            })
        let encoder = JSONEncoder()
        // JSON has no numbers for what is not finite.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        guard var json = try? encoder.encode(header) else { fatalError("a frame's header has no JSON form") }
        json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (4 - json.count % 4) % 4))
        var data = withUnsafeBytes(of: UInt32(json.count).littleEndian) { Data($0) }
        data.append(json)
        for array in arrays.joined() {
            array.map { Float($0).bitPattern.littleEndian }.withUnsafeBytes { data.append(contentsOf: $0) }
        }
        return data
    }
}
