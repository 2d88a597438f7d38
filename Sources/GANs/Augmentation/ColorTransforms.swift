import Foundation
import Tensors

/// Changes of color, which leave transparency, the fourth channel, as it is. Gray images have no hue and no
/// saturation to change.
extension ChannelTransform {
    /// Adds to every color.
    static func brightness(_ shift: Double, channels: Int) -> ChannelTransform {
        ChannelTransform(
            matrix: identity(channels: channels).matrix,
            meanMatrix: .init(repeating: 0, count: channels * channels),
            shift: (0..<channels).map { $0 < colors(of: channels) ? shift : 0 })
    }

    /// Scales all colors about zero, which is middle gray.
    static func contrast(_ factor: Double, channels: Int) -> ChannelTransform {
        ChannelTransform(
            matrix: matrix(channels, transparency: 1) { row, column in row == column ? factor : 0 },
            meanMatrix: .init(repeating: 0, count: channels * channels),
            shift: .init(repeating: 0, count: channels))
    }

    /// Scales all colors about the image's mean, of all its pixels and colors.
    static func contrastAboutMean(_ factor: Double, channels: Int) -> ChannelTransform {
        let count = Double(colors(of: channels))
        return ChannelTransform(
            matrix: contrast(factor, channels: channels).matrix,
            meanMatrix: matrix(channels, transparency: 0) { _, _ in (1 - factor) / count },
            shift: .init(repeating: 0, count: channels))
    }

    /// Scales all colors about their pixel's mean: 0 makes gray, 1 changes nothing.
    static func saturation(_ factor: Double, channels: Int) -> ChannelTransform {
        colors(channels) { row, column in (row == column ? factor : 0) + (1 - factor) / 3 }
    }

    /// Makes light dark, and keeps hue and saturation: reflects colors at the plane where their sum is zero, and
    /// gray images at zero.
    static func lumaFlip(channels: Int) -> ChannelTransform {
        channels < 3
            ? contrast(-1, channels: channels)
            : colors(channels) { row, column in (row == column ? 1 : 0) - 2.0 / 3 }
    }

    /// Turns three colors about the gray axis, in radians.
    ///
    /// - Source: Rodrigues' rotation formula about (1, 1, 1) / sqrt(3).
    static func hue(_ angle: Double, channels: Int) -> ChannelTransform {
        let (cosine, sine) = (cos(angle), sin(angle) / 3.0.squareRoot())
        return colors(channels) { row, column in
            if row == column { return cosine + (1 - cosine) / 3 }
            return (1 - cosine) / 3 + ((column - row + 3) % 3 == 1 ? -sine : sine)
        }
    }

    private static func colors(of channels: Int) -> Int { min(channels, 3) }

    /// Mixes three colors; gray images stay as they are.
    private static func colors(
        _ channels: Int, _ element: (_ row: Int, _ column: Int) -> Double
    ) -> ChannelTransform {
        guard channels >= 3 else { return .identity(channels: channels) }
        return ChannelTransform(
            matrix: matrix(channels, transparency: 1, element),
            meanMatrix: .init(repeating: 0, count: channels * channels),
            shift: .init(repeating: 0, count: channels))
    }

    private static func matrix(
        _ channels: Int, transparency: Double, _ element: (_ row: Int, _ column: Int) -> Double
    ) -> [Double] {
        let colors = colors(of: channels)
        return (0..<channels * channels).map { index in
            let (row, column) = (index / channels, index % channels)
            if row < colors && column < colors { return element(row, column) }
            return row == column ? transparency : 0
        }
    }
}
