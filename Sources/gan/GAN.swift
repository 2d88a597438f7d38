import GANs
import Networks
import Tensors
import Foundation
@main struct GAN { static func main() throws {
  let trainer = try Trainer(TrainingConfiguration(architecture: .dcgan(DCGAN(size: Int(CommandLine.arguments[1])!))))
  var s = RandomStream(seed: 1, purpose: .drawing)
  let n = trainer.configuration.architecture.family.size
  let reals = Tensor.normal([64, n, n, 3], from: &s).tanh()
  for _ in 0..<8 { let t = Date(); let r = try trainer.step(reals); print(Date().timeIntervalSince(t), r) }
  let t = Date(); trainer.refreshAveragedStatistics(); print("refresh", Date().timeIntervalSince(t))
} }
