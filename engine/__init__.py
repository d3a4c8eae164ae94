"""The engine: decides and folds. It knows no plan, no report and no screen."""
