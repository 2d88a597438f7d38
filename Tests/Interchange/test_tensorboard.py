"""TensorBoard's own reader reads what --tensorboard writes."""

import json

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from program import ProgramCase


class TensorBoardTests(ProgramCase):
    def test_figures_sheets_and_configuration(self):
        self.gan("train faces --model dcgan --width 4 --batch 4 --steps 20 --sample-every 10 --tensorboard --out run")
        self.gan("train --resume --steps 30 --out run")
        events = EventAccumulator(str(self.folder / "run"), size_guidance={"images": 0, "scalars": 0, "tensors": 0})
        events.Reload()
        rows = [json.loads(line) for line in (self.folder / "run/metrics.jsonl").read_text().splitlines()]
        for tag, key in [("Loss/D/loss", "discriminatorLoss"), ("Loss/G/loss", "generatorLoss"),
                         ("Loss/scores/real", "realScore"), ("Loss/scores/fake", "fakeScore")]:
            found = [(event.step, event.value) for event in events.Scalars(tag)]
            self.assertEqual([step for step, _ in found], [row["step"] for row in rows])
            for (_, value), row in zip(found, rows):
                self.assertAlmostEqual(value, row[key], places=5)
        sheets = events.Images("Samples")
        self.assertEqual([sheet.step for sheet in sheets], [10, 20, 30])
        png = (self.folder / "run/samples/step-000030.png").read_bytes()
        self.assertEqual(sheets[-1].encoded_image_string, png)
        text = events.Tensors("Configuration/text_summary")[0].tensor_proto.string_val[0].decode()
        self.assertIn("adversarial loss non-saturating", text)
