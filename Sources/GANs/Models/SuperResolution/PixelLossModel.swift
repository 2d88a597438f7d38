import Networks
import Tensors

/// A generator alone, which minimizes the mean absolute difference from images in full (L1).
final class PixelLossModel: EnlargingModel {
    let enlarging: any EnlargingModelConfiguration
    let generator: any Layer

    init(_ configuration: any EnlargingModelConfiguration, _ generator: any Layer) {
        (enlarging, self.generator) = (configuration, generator)
    }

    var networks: [NamedNetwork] { [NamedNetwork("generator", generator, .generator)] }
    var tasks: [AdversarialTask] { [] }
    var partNames: [String] { ["l1"] }

    func generatorPhases(_ recipe: Recipe) -> [Phase] {
        let term = Phase.Term { [generator] context in
            let output = context.generate { generator(context.inputs, $0) }
            let difference = (output - context.reals).absolute().mean()
            context.record(difference, as: "l1")
            return difference
        }
        return [Phase(.generator, [term])]
    }
}
