import Foundation
import TestSupport
import Testing

@testable import GANs

extension StateEntry {
    func load(_ array: Golden.Array) {
        switch value {
        case .parameter(let parameter): parameter.value.fill(array.values.map { Scalar($0) })
        case .buffer(let buffer): buffer.value.fill(array.values.map { Scalar($0) })
        case .counter(let counter): counter.value = Int64(array.values[0])
        }
    }

    var values: [Double] {
        switch value {
        case .parameter(let parameter): parameter.value.scalars.map { Double($0) }
        case .buffer(let buffer): buffer.value.scalars.map { Double($0) }
        case .counter(let counter): [Double(counter.value)]
        }
    }
}

extension Tensor {
    /// Overwrites the scalars in place.
    func fill(_ values: [Scalar]) {
        withMutableScalars { scalars in
            precondition(scalars.count == values.count)
            for index in scalars.indices { scalars[index] = values[index] }
        }
    }
}
