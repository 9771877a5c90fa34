"""NIST's Statistical Reference Datasets: public data with certified values (https://www.itl.nist.gov/div898/strd)."""

from __future__ import annotations

import math
from decimal import Decimal

LEW = """
-213 -564 -35 -15 141 115 -420 -360 203 -338 -431 194 -220 -513 154 -125 -559 92 -21 -579 -52 99 -543 -175 162 -457 -346
204 -300 -474 164 -107 -572 -8 83 -541 -224 180 -420 -374 201 -236 -531 83 27 -564 -112 131 -507 -254 199 -311 -495 143
-46 -579 -90 136 -472 -338 202 -287 -477 169 -124 -568 17 48 -568 -135 162 -430 -422 172 -74 -577 -13 92 -534 -243 194
-355 -465 156 -81 -578 -64 139 -449 -384 193 -198 -538 110 -44 -577 -6 66 -552 -164 161 -460 -344 205 -281 -504 134 -28
-576 -118 156 -437 -381 200 -220 -540 83 11 -568 -160 172 -414 -408 188 -125 -572 -32 139 -492 -321 205 -262 -504 142
-83 -574 0 48 -571 -106 137 -501 -266 190 -391 -406 194 -186 -553 83 -13 -577 -49 103 -515 -280 201 300 -506 131 -45
-578 -80 138 -462 -361 201 -211 -554 32 74 -533 -235 187 -372 -442 182 -147 -566 25 68 -535 -244 194 -351 -463 174 -125
-570 15 72 -550 -190 172 -424 -385 198 -218 -536 96
"""
LOTTERY = """
162 671 933 414 788 730 817 33 536 875 670 236 473 167 877 980 316 950 456 92 517 557 956 954 104 178 794 278 147 773
437 435 502 610 582 780 689 562 964 791 28 97 848 281 858 538 660 972 671 613 867 448 738 966 139 636 847 659 754 243
122 455 195 968 793 59 730 361 574 522 97 762 431 158 429 414 22 629 788 999 187 215 810 782 47 34 108 986 25 644 829
630 315 567 919 331 207 412 242 607 668 944 749 168 864 442 533 805 372 63 458 777 416 340 436 140 919 350 510 572 905
900 85 389 473 758 444 169 625 692 140 897 672 288 312 860 724 226 884 508 976 741 476 417 831 15 318 432 241 114 799
955 833 358 935 146 630 830 440 642 356 373 271 715 367 393 190 669 8 861 108 795 269 590 326 866 64 523 862 840 219
382 998 4 628 305 747 247 34 747 729 645 856 974 24 568 24 694 608 480 410 729 947 293 53 930 223 203 677 227 62 455
387 318 562 242 428 968
"""
MAVRO = """
2.00180 2.00170 2.00180 2.00190 2.00180 2.00170 2.00150 2.00140 2.00150 2.00150 2.00170 2.00180 2.00180 2.00190 2.00190
2.00210 2.00200 2.00160 2.00140 2.00130 2.00130 2.00150 2.00150 2.00160 2.00150 2.00140 2.00130 2.00140 2.00150 2.00140
2.00150 2.00160 2.00150 2.00160 2.00190 2.00200 2.00200 2.00210 2.00220 2.00230 2.00240 2.00250 2.00270 2.00260 2.00260
2.00260 2.00270 2.00260 2.00250 2.00240
"""
MICHELSO = """
299.85 299.74 299.90 300.07 299.93 299.85 299.95 299.98 299.98 299.88 300.00 299.98 299.93 299.65 299.76 299.81 300.00
300.00 299.96 299.96 299.96 299.94 299.96 299.94 299.88 299.80 299.85 299.88 299.90 299.84 299.83 299.79 299.81 299.88
299.88 299.83 299.80 299.79 299.76 299.80 299.88 299.88 299.88 299.86 299.72 299.72 299.62 299.86 299.97 299.95 299.88
299.91 299.85 299.87 299.84 299.84 299.85 299.84 299.84 299.84 299.89 299.81 299.81 299.82 299.80 299.77 299.76 299.74
299.75 299.76 299.91 299.92 299.89 299.86 299.88 299.72 299.84 299.85 299.85 299.78 299.89 299.84 299.78 299.81 299.76
299.81 299.79 299.81 299.82 299.85 299.87 299.87 299.81 299.74 299.81 299.94 299.95 299.80 299.81 299.87
"""
NORRIS = """
0.1 0.2 338.8 337.4 118.1 118.2 888.0 884.6 9.2 10.1 228.1 226.5 668.5 666.3 998.5 996.3 449.1 448.6 778.9 777.0 559.2
558.2 0.3 0.4 0.1 0.6 778.1 775.5 668.8 666.9 339.3 338.0 448.9 447.5 10.8 11.6 557.7 556.0 228.3 228.1 998.0 995.8
888.8 887.6 119.6 120.2 0.3 0.3 0.6 0.3 557.6 556.8 339.3 339.1 888.0 887.2 998.5 999.0 778.9 779.0 10.2 11.1 117.6
118.3 228.9 229.2 668.4 669.1 449.2 448.9 0.2 0.5
"""
"""y and x, in turn."""


def numbers(text: str) -> list[Decimal]:
    return [Decimal(each) for each in text.split()]


def alternating(centre: str, pairs: int = 500) -> list[Decimal]:
    """One value in the middle, then values a tenth below and above it: how NumAcc2 to 4 and SmLs are made."""
    middle, tenth = Decimal(centre), Decimal("0.1")
    return [middle, *[middle - tenth, middle + tenth] * pairs]


def digits_of_pi(count: int) -> list[Decimal]:
    """By Machin's formula in whole numbers; with the one digit that NIST's file has differently."""
    one = 10 ** (count + 10)

    def arctan_of_one_by(x: int) -> int:
        term, total, n, sign = one // x, 0, 1, 1
        while term:
            total += sign * (term // n)
            term, n, sign = term // (x * x), n + 2, -sign
        return total

    pi = 4 * (4 * arctan_of_one_by(5) - arctan_of_one_by(239))
    front, back = divmod(pi, 10 ** (count // 2))  # Python writes at most 4,300 digits at once.
    digits = f"{front}{back:0{count // 2}}"[:count]
    return [Decimal(digit) for digit in digits.replace("18577805321712268", "18577305321712268")]


UNIVARIATE: dict[str, tuple[list[Decimal], str, str]] = {
    "PiDigits": (digits_of_pi(5000), "4.53480000000000", "2.86733906028871"),
    "Lottery": (numbers(LOTTERY), "518.958715596330", "291.699727470969"),
    "Lew": (numbers(LEW), "-177.435000000000", "277.332168044316"),
    "Mavro": (numbers(MAVRO), "2.00185600000000", "0.000429123454003053"),
    "Michelso": (numbers(MICHELSO), "299.852400000000", "0.0790105478190518"),
    "NumAcc1": ([Decimal(each) for each in (10000001, 10000003, 10000002)], "10000002", "1"),
    "NumAcc2": (alternating("1.2"), "1.2", "0.1"),
    "NumAcc3": (alternating("1000000.2"), "1000000.2", "0.1"),
    "NumAcc4": (alternating("10000000.2"), "10000000.2", "0.1"),
}
"""Values, certified mean and certified standard deviation."""

AUTOCORRELATION = {
    "PiDigits": "-0.00355099287237972",
    "Lottery": "-0.120948622967393",
    "Lew": "-0.307304800605679",
    "Mavro": "0.937989183438248",
    "Michelso": "0.535199668621283",
    "NumAcc1": "-0.5",
    "NumAcc2": "-0.999",
    "NumAcc3": "-0.999",
    "NumAcc4": "-0.999",
}
"""The certified autocorrelation of each with itself one step later."""


def one_way(leading: int, pairs: int) -> list[tuple[int, Decimal]]:
    """SmLs01 to 09: nine treatments with 2 * pairs + 1 values each, behind 0, 6 or 12 more constant digits."""
    tenths = [4, 3, 5, 3, 5, 3, 5, 3, 5]
    return [
        (treatment, value)
        for treatment, tenth in enumerate(tenths, start=1)
        for value in alternating(f"{10**leading}.{tenth}", pairs=pairs)
    ]


def right_digits(found: float, certified: str) -> float:
    """The logarithm of the relative error: how many digits are right, 15 at most as certified values have."""
    truth = Decimal(certified)
    error = abs(Decimal(found) - truth) / abs(truth)
    return 15.0 if error == 0 else min(15.0, -math.log10(error))
