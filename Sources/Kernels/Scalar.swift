/// The one number type of all tensors: `Float`, or `Double` with the package trait `DoublePrecision`,
/// which the gradient checks are run with.
#if DoublePrecision
    public typealias Scalar = Double
#else
    public typealias Scalar = Float
#endif
