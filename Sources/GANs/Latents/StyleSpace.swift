import Networks
import Tensors

extension LatentSpace {
    /// The styles of a style-based generator, the same for all of its layers.
    ///
    /// `(style - mean) / deviation`: the origin is the mean style that training tracked, and over many styles
    /// and all of their numbers the mean square is about 1. Straight lines join them: what the mapping network
    /// bent, it bent so that the synthesis need not.
    ///
    /// - Source: Karras et al. 2019, section 4: the intermediate latent space W.
    /// - Parameters:
    ///   - trained: nil is given back where it is not style-based.
    ///   - label: the class of all seeds' styles, of a class-conditional generator.
    public init?(stylesOf trained: TrainedGenerator, label: Int? = nil) {
        guard let generator = trained.generator as? any StyleGenerator else { return nil }
        let configuration = trained.configuration
        let mean = generator.meanStyle
        @Sendable func context(_ labels: [Int]?) -> ForwardContext {
            .inference(labels: configuration.oneHot(labels))
        }
        func centered(_ seeds: [UInt64], _ labels: [Int]?) -> Tensor {
            let latents = GANs.latents(seeds: seeds, latentSize: configuration.latentSize)
            return generator.styles(of: latents, context(labels)) - mean
        }
        // Of all classes alike, so that a style saved for one is the same style in another.
        let classes = configuration.conditioning?.classes.count ?? 1
        let examples = centered(
            (0..<Self.exampleCount).map { UInt64($0) }, (0..<Self.exampleCount).map { $0 % classes })
        let deviation = max(examples.squared().mean().squareRoot().scalar, 1e-6)
        self.init(
            size: mean.shape[1], geometry: .flat, content: .styles, examples: examples / deviation,
            scale: deviation
        ) { seeds in
            centered(seeds, label.map { [Int](repeating: $0, count: seeds.count) }) / deviation
        } generate: { styles in
            let own = styles * deviation + mean
            return generator.images(
                fromStyles: Array(repeating: own, count: generator.layerCount), noise: .constant,
                context([Int](repeating: label ?? 0, count: styles.shape[0])))
        }
    }

    /// Enough to know a deviation to a few percent.
    private static let exampleCount = 1024
}
