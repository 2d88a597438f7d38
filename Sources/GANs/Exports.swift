// What a training is made of and gives: `import GANs` is all that a user of the library needs.
@_exported import Avatars
@_exported import Datasets
@_exported import Images
@_exported import Networks
@_exported import Tensors
@_exported import Toys
