import GANs
import Images

/// A network that translates or enlarges, in use.
package enum TranslationNetwork {
    case translator(Translator)
    case upscaler(Upscaler)

    /// The most pixels of an image that is enlarged, so that its result comes while one waits.
    private static let mostPixels = 1 << 18

    /// - Throws: `CheckpointError` or `ConfigurationError` if the file does not fit.
    package init(path: String, _ direction: TranslationDirection?) throws {
        let model = try CheckpointHeader(path: path).model
        self =
            model is any EnlargingModelConfiguration
            ? .upscaler(try Upscaler(path: path))
            : .translator(try Translator(path: path, direction: direction))
    }

    /// The labels of the maps that it translates; nil of images.
    package var labels: LabelSet? {
        if case .translator(let translator) = self { translator.labels } else { nil }
    }

    /// Steps that it was trained for.
    package var step: Int {
        switch self {
        case .translator(let translator): translator.header.progress.step
        case .upscaler(let upscaler): upscaler.header.progress.step
        }
    }

    /// Whether a style can be given.
    package var takesStyle: Bool {
        if case .translator(let translator) = self { translator.takesStyle } else { false }
    }

    /// Whether patches are scored.
    package var scoresPatches: Bool {
        if case .translator(let translator) = self { translator.scoresPatches } else { false }
    }

    /// The images that a message of the page asks for.
    ///
    /// - Throws: `StudioError` without an image to translate, `ConfigurationError` for one that cannot be translated.
    func images(of message: PixelMessage<TranslationRequest>) throws -> [Image] {
        guard let input = message.images.first else {
            throw StudioError(.badRequest, "there is no image to translate")
        }
        return try images(of: input, style: message.images.dropFirst().first, message.header)
    }

    /// The image that becomes of one, and the scores of its patches where they are asked for and there are any.
    ///
    /// - Parameter style: an image whose style is taken; nil to draw one.
    /// - Throws: `ConfigurationError` for what cannot be translated.
    package func images(of input: Image, style: Image?, _ request: TranslationRequest) throws -> [Image] {
        switch self {
        case .upscaler(let upscaler):
            guard input.width * input.height <= TranslationNetwork.mostPixels else {
                throw ConfigurationError(
                    "the image of \(input.width)x\(input.height) takes long to enlarge; use gan translate")
            }
            return [try upscaler.enlarged(input)]
        case .translator(let translator):
            let made = try translator.translation(
                of: input, isFullSize: request.isFullSize ?? false,
                mode: request.isFixed ?? false ? .fixed : .asTrained,
                style: style.flatMap(translator.style), seed: request.seed)
            return [made.output] + (request.patches ? made.patchScores().map { [$0] } ?? [] : [])
        }
    }
}

/// What the page asks for, beside the images: what is translated, and maybe one whose style is taken.
package struct TranslationRequest: Codable, Sendable {
    /// Rises from request to request; the answer has the same.
    package var number: Int
    /// Of the checkpoint.
    package var checkpoint: String
    package var direction: TranslationDirection?
    /// Of dropout, or of the style that is drawn.
    package var seed: UInt64
    /// Whether patches are scored.
    package var patches: Bool
    /// Without dropout, by running statistics.
    package var isFixed: Bool?
    /// At the image's own scale.
    package var isFullSize: Bool?
}

/// What is told with the result.
struct TranslationReply: Codable, Sendable {
    var number: Int
    /// Time that the networks took.
    var milliseconds: Double
}
