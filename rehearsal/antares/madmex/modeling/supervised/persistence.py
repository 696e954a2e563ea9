"""Models on disk, by the copy of joblib that scikit-learn no longer carries."""

from sklearn.externals import joblib


class Persistent:
    """Adds saving and loading to a class with an attribute `model`."""

    model = None

    def save(self, path):
        joblib.dump(self.model, path)

    def load(self, path):
        self.model = joblib.load(path)
