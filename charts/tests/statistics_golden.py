"""What SciPy and statsmodels say of numbers that `statistics.ts` computes with: writes statistics.golden.json.

    python -m venv somewhere && somewhere/bin/pip install scipy==1.17.1 statsmodels==0.15.0
    somewhere/bin/python charts/tests/statistics_golden.py
"""

import json
from pathlib import Path

import numpy as np
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import stats


def line(x: np.ndarray, y: np.ndarray) -> dict:
    found = sm.OLS(y, sm.add_constant(x)).fit()
    places = np.array([x.min(), x.mean() + 0.3, x.max()])
    band = found.get_prediction(sm.add_constant(places, has_constant="add")).conf_int(alpha=0.05)
    return {
        "x": x.tolist(),
        "y": y.tolist(),
        "intercept": found.params[0],
        "slope": found.params[1],
        "r2": found.rsquared,
        "p": found.pvalues[1],
        "places": places.tolist(),
        "band": band.tolist(),
    }


def binned(values: np.ndarray, edges: np.ndarray, kind: str) -> dict:
    counts, _ = np.histogram(values, edges)
    intervals = np.repeat(np.c_[edges[:-1], edges[1:]], counts, axis=0)
    censored = stats.CensoredData(interval=intervals)
    family = {"normal": stats.norm, "lognormal": stats.lognorm, "exponential": stats.expon}[kind]
    if kind == "normal":
        mean, deviation = family.fit(censored)
    elif kind == "lognormal":
        deviation, _, scale = family.fit(censored, floc=0)
        mean = np.log(scale)
    else:
        _, mean = family.fit(censored, floc=0)
        deviation = mean
    return {
        "kind": kind,
        "edges": edges.tolist(),
        "counts": counts.tolist(),
        "mean": float(mean),
        "deviation": float(deviation),
    }


def main() -> None:
    random = np.random.default_rng(20261127)
    x = np.round(random.uniform(0, 100, 60), 2)
    values = np.sort(np.round(random.normal(50, 12, 80), 1))
    spread = (np.quantile(values, 0.75) - np.quantile(values, 0.25)) / 1.34
    width = 0.9 * min(values.std(ddof=1), spread) * len(values) ** -0.2
    grid = np.linspace(10, 90, 17)
    kernels = stats.gaussian_kde(values, bw_method=width / values.std(ddof=1))
    different, counts = np.unique(values, return_counts=True)
    below = stats.ecdf(values).cdf
    levels = [(0.95, 1), (0.95, 4), (0.9, 30), (0.99, 998), (0.95, 100000)]
    z = [-12.0, -5.0, -2.6, -2.4, -0.7, 0.0, 0.3, 1.96, 3.1, 6.0]
    p = [1e-20, 1e-6, 0.001, 0.025, 0.0799, 0.0801, 0.3, 0.5, 0.7, 0.999]
    golden = {
        "made_with": {"scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
        "normal_below": [[each, stats.norm.cdf(each)] for each in z],
        "normal_quantile": [[each, stats.norm.ppf(each)] for each in p],
        "student_within": [[level, freedom, stats.t.ppf((1 + level) / 2, freedom)] for level, freedom in levels],
        "lines": [
            line(x, np.round(11.7 * x + 200 + random.normal(0, 90, 60), 2)),
            line(x, np.round(random.normal(0, 1, 60), 3)),
            line(np.arange(5.0), np.array([1.0, 2.0, 2.5, 4.5, 4.0])),
            line(1.7e12 + np.arange(24.0) * 2.6e9, np.round(1e6 + np.arange(24.0) * 812.5 + random.normal(0, 900, 24))),
        ],
        "mean_interval": [[12.5, 9, 0.95, stats.t.interval(0.95, 8, 0, 12.5 / 3)[1]]],
        "sample": {
            "values": different.tolist(),
            "counts": counts.tolist(),
            "bandwidth": width,
            "grid": grid.tolist(),
            "density": kernels(grid).tolist(),
            "cumulative": [below.quantiles.tolist(), below.probabilities.tolist()],
            "quantiles": [[q, float(np.quantile(values, q))] for q in (0, 0.1, 0.25, 0.5, 0.9, 1)],
            "against_normal": stats.norm.ppf((np.arange(1, 81) - 0.5) / 80).tolist(),
            "all": values.tolist(),
            "normal": list(stats.norm.fit(values)),
            "lognormal": [float(np.log(stats.lognorm.fit(values, floc=0)[2])), stats.lognorm.fit(values, floc=0)[0]],
            "exponential": stats.expon.fit(values, floc=0)[1],
        },
        "binned": [
            binned(random.normal(50, 12, 2000), np.arange(0, 105, 5.0), "normal"),
            binned(random.normal(-3, 2, 300), np.arange(-10, 6, 2.0), "normal"),
            binned(random.lognormal(3, 0.6, 3000), np.arange(0, 260, 10.0), "lognormal"),
            binned(random.exponential(40, 1500), np.arange(0, 420, 20.0), "exponential"),
        ],
    }
    target = Path(__file__).with_name("statistics.golden.json")
    target.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
