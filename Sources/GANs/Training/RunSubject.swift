import Images

/// What a run drives: networks in training, with the images they learn from, whatever they learn.
///
/// The run decides when; the subject knows how.
protocol RunSubject: AnyObject {
    associatedtype Networks: ResumableTrainer
    var trainer: Networks { get }
    /// What is trained, for the plots' titles.
    var title: String { get }
    /// Images that an epoch shows.
    var imageCount: Int { get }
    /// Images that a step shows.
    var imagesInStep: Int { get }

    /// Trains a step on the images that follow those of the step before.
    func step() throws(TrainingError) -> StepReport
    /// Some of the images that are trained on.
    func realsSheet() -> Image
    /// What the networks make now, always from the same input.
    func sheet() -> Image
    /// Looks at how the training goes, and adds to a row what it sees.
    ///
    /// - Parameter rows: since the look before, this one included.
    func look(_ rows: [MetricsRow], into row: inout MetricsRow)
    /// Adds to a row how good what the networks make is, if that can be told; done with every checkpoint.
    func measure(into row: inout MetricsRow)
    /// Of the plot, one below the other.
    func panels(of log: MetricsLog) -> [LinePlot.Panel]
}

/// Networks in training, with everything that their next step depends on.
protocol ResumableTrainer: AnyObject {
    var progress: TrainingProgress { get set }
    /// Throws if a weight is no number any more.
    func checkWeights() throws(TrainingError)
    /// Writes everything the next step depends on.
    func save(to path: String) throws
}

extension RunSubject {
    var progress: TrainingProgress { trainer.progress }
    /// Adds to the time spent in training.
    func add(seconds: Double) { trainer.progress.seconds += seconds }
    func checkWeights() throws(TrainingError) { try trainer.checkWeights() }
    func save(to path: String) throws { try trainer.save(to: path) }
}
