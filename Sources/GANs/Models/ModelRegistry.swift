/// All models.
public enum ModelRegistry {
    /// A line a model, in the order of help.
    public static let all: [any ModelConfiguration.Type] = [
        DCGAN.self,
        StyleGAN.self,
        StyleGAN2.self,
        FastGAN.self,
        Pix2Pix.self,
        CycleGAN.self,
        SPADE.self,
        SRResNet.self,
        SRGAN.self,
        RRDB.self,
        ESRGAN.self,
        PointGAN.self,
    ]

    /// The names of the models that learn from images.
    public static var names: [String] { all.filter { $0.data != .points }.map { $0.name } }

    /// The models that take other programs' weights.
    public static var importing: [any WeightImporting.Type] {
        all.compactMap { $0 as? any WeightImporting.Type }
    }

    /// The model of a name; nil for an unknown one.
    public static subscript(name: String) -> (any ModelConfiguration.Type)? { all.first { $0.name == name } }

    /// The model that makes the best images of folders like this one in trainings of minutes to hours, by the table
    /// in docs/training.md; nil for the first of all.
    public static func best(for data: DataTraits) -> (any ModelConfiguration.Type)? {
        all.first { $0.isBest(for: data) }
    }

    /// The first model that learns from some kind of data.
    public static func first(learningFrom data: DataRequirement) -> (any ModelConfiguration.Type)? {
        all.first { $0.data == data }
    }
}
