import Avatars
import Files
import GANs
import Images

/// Inputs to begin with, made of the drawn avatars.
package enum TranslationExample: String, Codable, Sendable {
    case labels, outline, day, night, small

    /// What a model of such inputs may be given; nil where avatars do not fit.
    package init?(for model: any TranslationModelConfiguration) {
        // Avatars are square.
        guard model.size.isSquare else { return nil }
        if let labels = model.labels {
            guard labels.names == AvatarLabel.allCases.map(\.name) else { return nil }
            self = .labels
        } else if model is any EnlargingModelConfiguration {
            self = .small
        } else if model.inputChannels == 1 {
            self = .outline
        } else {
            self = .day
        }
    }

    /// The input of a number.
    package func image(number: UInt64, size: Int) -> Image {
        // Others than any training draws by default.
        let avatar = Avatar(seed: 1 << 40, index: number)
        switch self {
        case .labels: return Image(width: size, height: size, channels: 1, pixels: avatar.labels(size: size))
        case .outline: return avatar.outline(size: size)
        case .day, .small: return avatar.image(size: size)
        case .night: return avatar.nightImage(size: size)
        }
    }
}
