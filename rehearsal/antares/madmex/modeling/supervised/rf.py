"""Random forest, imported by the name that current scikit-learn has made private."""

from sklearn.ensemble.forest import RandomForestClassifier

from madmex.modeling.supervised import persistence


class Model(persistence.Persistent):
    """An untrained forest with antares' default number of trees."""

    def __init__(self, trees=100):
        self.model = RandomForestClassifier(n_estimators=trees)
