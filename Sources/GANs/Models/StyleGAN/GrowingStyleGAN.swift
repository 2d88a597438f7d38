import Networks
import Tensors

/// A StyleGAN whose networks begin with images of 4x4 and grow.
final class GrowingStyleGAN: LatentModel, GrowingModel {
    private var growth: Growth? { (configuration as? StyleGAN)?.growth }

    private var growingNetworks: [any GrowingNetwork] {
        [generator, discriminator].compactMap { $0 as? any GrowingNetwork }
    }

    private func stage(_ progress: TrainingProgress) -> GrowthStage? {
        growth?.stage(size: configuration.size.doubledSide, imagesSeen: progress.imagesSeen)
    }

    func grow(_ progress: TrainingProgress) -> Bool {
        guard let stage = stage(progress) else { return false }
        let isNew = growingNetworks.contains { $0.stage.resolution != stage.resolution }
        for network in growingNetworks { network.stage = stage }
        return isNew
    }

    func batchFactor(_ progress: TrainingProgress) -> Int {
        stage(progress).map { Growth.batchFactor($0.resolution, size: configuration.size.doubledSide) } ?? 1
    }

    override func material(of batch: TrainingBatch, latents: inout RandomStream) -> StepMaterial {
        super.material(
            of: TrainingBatch(reals: growingNetworks[0].stage.shown(batch.reals), labels: batch.labels),
            latents: &latents)
    }
}
