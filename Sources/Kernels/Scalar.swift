#if DoublePrecision
    /// The number type of all tensors: `Double` in builds with the package trait `DoublePrecision`, for
    /// gradient checks.
    public typealias Scalar = Double
#else
    /// The number type of all tensors: `Float`, or `Double` with the package trait `DoublePrecision`, for
    /// gradient checks.
    public typealias Scalar = Float
#endif
