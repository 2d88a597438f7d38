import ArgumentParser
import GANs

/// The options of commands that make images, which a style-based model alone has.
struct StyleSampling: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Truncation: how much of each style vector's distance from the mean is kept, -2 to 2; 0.7 gives \
            images more alike and better. (default: \(StyleSettings().truncation))
            """, valueName: "psi"))
    var truncation: Double?

    @Option(
        help: ArgumentHelp(
            """
            Layers whose styles are truncated, from the coarsest, 0 to 64. (default: as many as the model was \
            published with)
            """, valueName: "layers"))
    var truncationLayers: Int?

    @Option(
        help: ArgumentHelp(
            """
            Noise of the layers: the same for all images (const), each image's own (random), or none. \
            (default: \(StyleSettings().noise.rawValue))
            """))
    var noise: StyleSettings.Noise?

    var areGiven: Bool { truncation != nil || truncationLayers != nil || noise != nil }

    func validate() throws {
        if let truncation, !(-2...2).contains(truncation) {
            throw ValidationError("--truncation is \(truncation); it must lie between -2 and 2")
        }
        if let truncationLayers, !(0...64).contains(truncationLayers) {
            throw ValidationError("--truncation-layers is \(truncationLayers); it must lie between 0 and 64")
        }
    }

    var settings: StyleSettings {
        let standard = StyleSettings()
        return StyleSettings(
            truncation: truncation ?? standard.truncation,
            truncatedLayers: truncationLayers, noise: noise ?? standard.noise)
    }

    /// What makes images of styles.
    ///
    /// - Throws: `CommandError` for a model that is not style-based.
    func images(of trained: TrainedGenerator, path: String, for use: String) throws -> StyledImages {
        guard let images = StyledImages(trained, settings: settings) else {
            throw CommandError(
                "\(path) holds \(trained.header.model.nameWithArticle), which has no styles; \(use)"
            )
        }
        return images
    }
}

/// Layers of a style-based model as they are given: `coarse`, `middle`, `fine`, `3` or `0-3`.
enum LayerChoice: ExpressibleByArgument, CustomStringConvertible {
    case scale(StyleScale)
    case range(ClosedRange<Int>)

    init?(argument: String) {
        if let scale = StyleScale(rawValue: argument) {
            self = .scale(scale)
            return
        }
        let ends = argument.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
            0 <= first, first <= last, last < 1000
        else { return nil }
        self = .range(first...last)
    }

    var description: String {
        switch self {
        case .scale(let scale): scale.rawValue
        case .range(let range): "\(range.lowerBound)-\(range.upperBound)"
        }
    }

    /// - Throws: `CommandError` if a model of so many layers has none such.
    func layers(of layerCount: Int) throws -> Range<Int> {
        let chosen =
            switch self {
            case .scale(let scale): scale.layers(of: layerCount)
            case .range(let range): Range(range)
            }
        guard !chosen.isEmpty && chosen.upperBound <= layerCount else {
            throw CommandError(
                "there are no layers \(self); this model has the layers 0 to \(layerCount - 1): "
                    + StyleScale.allCases.map { (scale: $0, layers: $0.layers(of: layerCount)) }
                    .filter { !$0.layers.isEmpty }
                    .map { "\($0.scale.rawValue) \($0.layers.lowerBound)-\($0.layers.upperBound - 1)" }
                    .joined(separator: ", "))
        }
        return chosen
    }
}

/// What varies, as it is given: `noise`, or layers.
enum VariationChoice: ExpressibleByArgument {
    case noise
    case style(LayerChoice)

    init?(argument: String) {
        if argument == "noise" {
            self = .noise
        } else if let layers = LayerChoice(argument: argument) {
            self = .style(layers)
        } else {
            return nil
        }
    }

    func variation(layerCount: Int) throws -> StyleSettings.Variation {
        switch self {
        case .noise: .noise
        case .style(let layers): .style(layers: try layers.layers(of: layerCount))
        }
    }
}

extension StyleSettings.Noise: ExpressibleByArgument {}
