import Tensors

/// The operators that each operation becomes.
extension ONNXTranslation {
    /// Adds an operation's operators.
    ///
    /// - Parameters:
    ///   - twin: the operation in the other recording.
    ///   - one: the shape of the result, `other` that in the other recording.
    /// - Returns: the result's name.
    mutating func name(
        of operation: TracedOperation, _ twin: TracedOperation, _ operands: [Operand], one: Shape,
        other: Shape
    ) throws(ONNXError) -> String {
        switch operation {
        case .add: try elementwise("Add", operands, one)
        case .subtract: try elementwise("Sub", operands, one)
        case .multiply: try elementwise("Mul", operands, one)
        case .divide: try elementwise("Div", operands, one)
        case .affine(let scale, let shift): try affine(input(operands), scale, shift)
        case .exponential: graph.add("Exp", [try input(operands).name])
        case .logarithm: graph.add("Log", [try input(operands).name])
        case .squareRoot: graph.add("Sqrt", [try input(operands).name])
        case .tanh: graph.add("Tanh", [try input(operands).name])
        case .sigmoid: graph.add("Sigmoid", [try input(operands).name])
        case .softplus: graph.add("Softplus", [try input(operands).name])
        case .leakyReLU(let slope): rectified(try input(operands).name, slope)
        case .reshaped: try reshaped(input(operands), one, other)
        case .transposed(let order): try transposed(input(operands), order)
        case .broadcast:
            graph.add(
                "Expand",
                [
                    try name(operands[0], besideRank: one.rank),
                    try extents(broadcastTo: ONNXLayout.stored(one), ONNXLayout.stored(other)),
                ])
        case .concatenated(let axis):
            graph.add(
                "Concat",
                try operands.map { operand throws(ONNXError) in try name(operand, besideRank: one.rank) },
                [("axis", .int(ONNXLayout.place(of: axis, rank: one.rank)))])
        case .sliced(let axis, let range): try sliced(input(operands), axis, range, twin)
        case .rows(let indices):
            graph.add("Gather", [try input(operands).name, graph.constant(indices)], [("axis", .int(0))])
        case .sum(let axes, let keepingAxes): try sum(input(operands), axes, keepingAxes)
        case .matrixProduct(let transposingSelf, let transposingOther):
            graph.add(
                "Gemm", [try name(operands[0], besideRank: 2), try name(operands[1], besideRank: 2)],
                [("transA", .int(transposingSelf ? 1 : 0)), ("transB", .int(transposingOther ? 1 : 0))])
        case .convolved(let window): try convolved(operands, window)
        case .transposeConvolved(let window): try transposeConvolved(operands, window, one)
        case .scaled(let slope): try scaled(operands, slope)
        case .biased(let slope):
            rectified(try elementwise("Add", operands, one), slope)
        case .noised(let slope): try noised(operands, slope)
        case .normalized(let axes, let epsilon, let slope): try normalized(operands, axes, epsilon, slope)
        case .filtered(let rows, let columns): try filtered(input(operands), rows, columns, twin)
        case .reflectionPadded(let pixels):
            graph.add(
                "Pad",
                [
                    try input(operands).name,
                    graph.constant([0, 0, pixels, pixels, 0, 0, pixels, pixels]),
                ], [("mode", .string("reflect"))])
        case .pixelShuffled(let factor):
            graph.add(
                "DepthToSpace", [try input(operands).name],
                [("blocksize", .int(factor)), ("mode", .string("CRD"))])
        case .maxPooled:
            graph.add(
                "MaxPool", [try input(operands).name],
                [("kernel_shape", .ints([2, 2])), ("strides", .ints([2, 2]))])
        case .groupDeviation(let maximum): try groupDeviation(input(operands), maximum)
        }
    }

    /// The only operand, or the first of several, which follows from the graph's input.
    private func input(_ operands: [Operand]) throws(ONNXError) -> Value {
        guard case .value(let value) = operands[0] else {
            throw ONNXError(detail: "constants are changed by what follows from its input")
        }
        return value
    }

    private mutating func number(_ value: Scalar) -> String { graph.constant([value], []) }

    private mutating func elementwise(
        _ name: String, _ operands: [Operand], _ result: Shape
    ) throws(ONNXError) -> String {
        graph.add(
            name,
            [
                try self.name(operands[0], besideRank: result.rank),
                try self.name(operands[1], besideRank: result.rank),
            ])
    }

    private mutating func affine(_ value: Value, _ scale: Scalar, _ shift: Scalar) throws(ONNXError) -> String
    {
        let scaled = scale == 1 ? value.name : graph.add("Mul", [value.name, number(scale)])
        return shift == 0 && scale != 1 ? scaled : graph.add("Add", [scaled, number(shift)])
    }

    private mutating func rectified(_ name: String, _ slope: Scalar) -> String {
        switch slope {
        case 1: name
        case 0: graph.add("Relu", [name])
        default: graph.add("LeakyRelu", [name], [("alpha", .float(slope))])
        }
    }

    /// Scalars keep their order here, which is another one in the graph where an image has more than a pixel.
    private mutating func reshaped(_ value: Value, _ one: Shape, _ other: Shape) throws(ONNXError) -> String {
        func isReordered(_ shape: Shape) -> Bool {
            shape.rank == 4 && shape[1] * shape[2] > 1 && shape[3] > 1
        }
        let (before, after) = (isReordered(value.one), isReordered(one))
        let input =
            before ? graph.add("Transpose", [value.name], [("perm", .ints([0, 2, 3, 1]))]) : value.name
        func extents(_ shape: Shape, _ isReordered: Bool) -> [Int] {
            isReordered ? shape.dimensions : ONNXLayout.stored(shape)
        }
        let target = try self.extents(
            extents(one, after), extents(other, after),
            of: (extents(value.one, before), extents(value.other, before)))
        let result = graph.add("Reshape", [input, target])
        return after ? graph.add("Transpose", [result], [("perm", .ints([0, 3, 1, 2]))]) : result
    }

    private mutating func transposed(_ value: Value, _ order: [Int]) throws(ONNXError) -> String {
        let rank = order.count
        let places = (0..<rank).map { place in
            ONNXLayout.place(of: order[ONNXLayout.axis(at: place, rank: rank)], rank: rank)
        }
        return graph.add("Transpose", [value.name], [("perm", .ints(places))])
    }

    private mutating func sliced(
        _ value: Value, _ axis: Int, _ range: Range<Int>, _ twin: TracedOperation
    ) throws(ONNXError) -> String {
        guard twin == .sliced(axis: axis, range: range) else {
            throw ONNXError(detail: "a part is cut out of it where the input says")
        }
        return graph.add(
            "Slice",
            [
                value.name, graph.constant([range.lowerBound]), graph.constant([range.upperBound]),
                graph.constant([ONNXLayout.place(of: axis, rank: value.one.rank)]),
            ])
    }

    private mutating func sum(_ value: Value, _ axes: [Int], _ keepingAxes: Bool) throws(ONNXError) -> String
    {
        let rank = value.one.rank
        let kept = (0..<rank).filter { !axes.contains(ONNXLayout.axis(at: $0, rank: rank)) }
            .map { ONNXLayout.axis(at: $0, rank: rank) }
        guard keepingAxes || kept == kept.sorted() && kept.count < 4 else {
            throw ONNXError(detail: "a sum over axes \(axes) of \(rank) changes the order of the others")
        }
        let places = axes.map { ONNXLayout.place(of: $0, rank: rank) }.sorted()
        return graph.add(
            "ReduceSum", [value.name, graph.constant(places)], [("keepdims", .int(keepingAxes ? 1 : 0))])
    }

    /// A weight's layout is the same here.
    private mutating func weight(_ operand: Operand) throws(ONNXError) -> (name: String, shape: Shape) {
        guard case .constant(let one, let other) = operand else {
            throw ONNXError(detail: "a convolution's weight follows from its input")
        }
        return (try name(ofConstant: one, other), one.shape)
    }

    private func attributes(
        _ weight: Shape, _ window: ConvolutionWindow
    ) -> [(String, ONNXGraph.Attribute)] {
        let padding = [window.verticalPadding, window.horizontalPadding]
        return [
            ("kernel_shape", .ints([weight[2], weight[3]])),
            ("strides", .ints([window.stride, window.stride])), ("pads", .ints(padding + padding)),
        ]
    }

    private mutating func convolved(
        _ operands: [Operand], _ window: ConvolutionWindow
    ) throws(ONNXError) -> String {
        let (name, shape) = try weight(operands[1])
        return graph.add("Conv", [try input(operands).name, name], attributes(shape, window))
    }

    private mutating func transposeConvolved(
        _ operands: [Operand], _ window: ConvolutionWindow, _ result: Shape
    ) throws(ONNXError) -> String {
        let (value, (name, shape)) = (try input(operands), try weight(operands[1]))
        func rest(_ axis: Int, _ padding: Int) -> Int {
            result[axis] - ((value.one[axis] - 1) * window.stride - 2 * padding + shape[axis + 1])
        }
        let outputPadding = [rest(1, window.verticalPadding), rest(2, window.horizontalPadding)]
        return graph.add(
            "ConvTranspose", [value.name, name],
            attributes(shape, window) + [("output_padding", .ints(outputPadding))])
    }

    /// A vector for each channel, `[c]`, or for each channel of each image, `[n, c]`, beside activations.
    private mutating func channels(_ operand: Operand, rank: Int) throws(ONNXError) -> String {
        switch operand {
        case .value(let value) where rank == 4:
            return graph.add("Unsqueeze", [value.name, graph.constant([2, 3])])
        case .value(let value): return value.name
        case .constant(let one, let other):
            let isOfImages = one.shape.rank == 2 && rank == 4
            return try isOfImages
                ? name(
                    ofConstant: one.reshaped([one.shape[0], 1, 1, one.shape[1]]),
                    other.reshaped([other.shape[0], 1, 1, other.shape[1]]), besideRank: rank)
                : name(ofConstant: one, other, besideRank: rank)
        }
    }

    private mutating func scaled(_ operands: [Operand], _ slope: Scalar) throws(ONNXError) -> String {
        let rank = operands[0].rank
        return try rescaled(name(operands[0], besideRank: rank), operands, rank: rank, slope)
    }

    private mutating func rescaled(
        _ name: String, _ operands: [Operand], rank: Int, _ slope: Scalar
    ) throws(ONNXError) -> String {
        let product = graph.add("Mul", [name, try channels(operands[1], rank: rank)])
        return rectified(graph.add("Add", [product, try channels(operands[2], rank: rank)]), slope)
    }

    private mutating func noised(_ operands: [Operand], _ slope: Scalar) throws(ONNXError) -> String {
        let noise = graph.add(
            "Mul", [try name(operands[3], besideRank: 4), try name(operands[1], besideRank: 4)])
        let noisy = graph.add("Add", [try name(operands[0], besideRank: 4), noise])
        return rectified(graph.add("Add", [noisy, try name(operands[2], besideRank: 4)]), slope)
    }

    private mutating func normalized(
        _ operands: [Operand], _ axes: [Int], _ epsilon: Scalar, _ slope: Scalar
    ) throws(ONNXError) -> String {
        let rank = operands[0].rank
        let activations = try name(operands[0], besideRank: rank)
        let places = axes.map { ONNXLayout.place(of: $0, rank: rank) }.sorted()
        func mean(_ name: String) -> String {
            graph.add("ReduceMean", [name], [("axes", .ints(places)), ("keepdims", .int(1))])
        }
        let centered = graph.add("Sub", [activations, mean(activations)])
        let variance = mean(graph.add("Mul", [centered, centered]))
        let deviation = graph.add("Sqrt", [graph.add("Add", [variance, number(epsilon)])])
        let normal = graph.add("Div", [centered, deviation])
        return try rescaled(normal, operands, rank: rank, slope)
    }

    /// The filters that have operators of their own, which serve images of any size; others are products with matrices.
    private mutating func filtered(
        _ value: Value, _ rows: PixelFilter, _ columns: PixelFilter, _ twin: TracedOperation
    ) throws(ONNXError) -> String {
        func isBoth(_ filter: (Int) -> PixelFilter) -> Bool {
            rows == filter(rows.inputExtent) && columns == filter(columns.inputExtent)
        }
        if isBoth(PixelFilter.doubling) { return enlarged(value, "nearest", "asymmetric") }
        if isBoth(PixelFilter.smoothDoubling) { return enlarged(value, "linear", "half_pixel") }
        if isBoth(PixelFilter.halving) {
            return graph.add(
                "AveragePool", [value.name], [("kernel_shape", .ints([2, 2])), ("strides", .ints([2, 2]))])
        }
        guard twin == .filtered(rows: rows, columns: columns) else {
            throw ONNXError(detail: "images are filtered otherwise at every size")
        }
        let left = graph.constant(rows.matrix, [rows.outputExtent, rows.inputExtent])
        let right = Tensor(columns.matrix, shape: [columns.outputExtent, columns.inputExtent]).transposed([
            1, 0,
        ])
        let filteredRows = graph.add("MatMul", [left, value.name])
        return graph.add("MatMul", [filteredRows, graph.constant(right.scalars, right.shape.dimensions)])
    }

    private mutating func enlarged(_ value: Value, _ mode: String, _ coordinates: String) -> String {
        var attributes: [(String, ONNXGraph.Attribute)] = [
            ("mode", .string(mode)), ("coordinate_transformation_mode", .string(coordinates)),
        ]
        if mode == "nearest" { attributes.append(("nearest_mode", .string("floor"))) }
        return graph.add(
            "Resize", [value.name, "", graph.constant([1, 1, 2, 2] as [Scalar], [4])], attributes)
    }

    /// The size of the groups is computed from the batch's, as the layer does.
    private mutating func groupDeviation(_ value: Value, _ maximum: Int) throws(ONNXError) -> String {
        let scalars = value.one.count / value.one[0]
        guard value.one.dimensions.dropFirst() == value.other.dimensions.dropFirst() else {
            throw ONNXError(detail: "it compares images of any size")
        }
        func list(_ parts: [String]) -> String { graph.add("Concat", parts, [("axis", .int(0))]) }
        func mean(_ name: String, over axis: Int) -> String {
            graph.add("ReduceMean", [name], [("axes", .ints([axis])), ("keepdims", .int(1))])
        }
        let count = graph.add("Shape", [value.name], [("start", .int(0)), ("end", .int(1))])
        let sizes = graph.constant(Array(1...maximum))
        let divides = graph.add(
            "Cast", [graph.add("Equal", [graph.add("Mod", [count, sizes]), graph.constant([0])])],
            [("to", .int(ONNXGraph.ElementType.int64.rawValue))])
        let size = graph.add(
            "ReduceMax", [graph.add("Mul", [divides, sizes])], [("axes", .ints([0])), ("keepdims", .int(1))])
        let members = graph.add("Reshape", [value.name, list([size, graph.constant([-1, scalars])])])
        let centered = graph.add("Sub", [members, mean(members, over: 0)])
        let variance = mean(graph.add("Mul", [centered, centered]), over: 0)
        let deviations = graph.add("Sqrt", [graph.add("Add", [variance, number(1e-8)])])
        let groups = graph.add("Expand", [mean(deviations, over: 2), list([size, graph.constant([1, 1])])])
        let single = Shape([1] + value.one.dimensions.dropFirst().dropLast() + [1])
        let ones = [Int](repeating: 1, count: single.rank - 1)
        let images = graph.add("Reshape", [groups, graph.constant([-1] + ones)])
        return graph.add("Expand", [images, graph.constant(ONNXLayout.stored(single))])
    }
}
