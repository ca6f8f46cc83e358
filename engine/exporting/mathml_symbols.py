"""The commands of LaTeX that stand for one symbol, by what they are to their neighbours."""

from __future__ import annotations

# An operand.
ORDINARY = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "omicron": "ο", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "ϕ", "varphi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "partial": "∂", "infty": "∞", "nabla": "∇", "ell": "ℓ", "top": "⊤",
    "bot": "⊥", "emptyset": "∅", "forall": "∀", "exists": "∃", "prime": "′", "ldots": "…", "dots": "…", "cdots": "⋯",
    "vdots": "⋮", "ddots": "⋱", "degree": "°", "star": "⋆", "dagger": "†", "backslash": "\\", "lnot": "¬", "neg": "¬",
    "_": "_", "$": "$", "#": "#", "%": "%", "&": "&",
}  # fmt: skip
# An operand that stands upright.
UPRIGHT = {
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ",
    "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
BINARY = {
    "cdot": "⋅", "times": "×", "div": "÷", "pm": "±", "mp": "∓", "odot": "⊙", "otimes": "⊗", "oplus": "⊕", "circ": "∘",
    "ast": "∗", "land": "∧", "wedge": "∧", "lor": "∨", "vee": "∨", "cup": "∪", "cap": "∩", "setminus": "∖",
    "bmod": "mod", "*": "∗", "+": "+", "-": "−", "/": "/",
}  # fmt: skip
RELATION = {
    "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈", "equiv": "≡", "sim": "∼",
    "simeq": "≃", "cong": "≅", "propto": "∝", "to": "→", "rightarrow": "→", "leftarrow": "←", "gets": "←",
    "longrightarrow": "⟶", "leftrightarrow": "↔", "Rightarrow": "⇒", "Leftarrow": "⇐", "implies": "⟹", "iff": "⟺",
    "Leftrightarrow": "⇔", "mapsto": "↦", "uparrow": "↑", "downarrow": "↓", "in": "∈", "notin": "∉", "ni": "∋",
    "subset": "⊂", "subseteq": "⊆", "supset": "⊃", "ll": "≪", "gg": "≫", "perp": "⊥", "parallel": "∥", "mid": "∣",
    "colon": ":", "coloneqq": "≔", "=": "=", "<": "<", ">": ">", ":": ":", "lt": "<", "gt": ">",
}  # fmt: skip
OPENING = {
    "(": "(", "[": "[", "{": "{", "lbrace": "{", "lbrack": "[", "langle": "⟨", "lfloor": "⌊", "lceil": "⌈",
    "lvert": "|", "lVert": "‖",
}  # fmt: skip
CLOSING = {
    ")": ")", "]": "]", "}": "}", "rbrace": "}", "rbrack": "]", "rangle": "⟩", "rfloor": "⌋", "rceil": "⌉",
    "rvert": "|", "rVert": "‖",
}  # fmt: skip
BARS = {"|": "|", "vert": "|", "\\|": "‖", "Vert": "‖"}
PUNCTUATION = {",": ",", ";": ";", ".": ".", "!": "!"}
# What stands before its limits in a line, and above and below them in a displayed formula.
LARGE = {"sum": "∑", "prod": "∏", "bigcup": "⋃", "bigcap": "⋂"}
INTEGRALS = {"int": "∫", "iint": "∬", "oint": "∮"}
LIMITS = {"lim": "lim", "max": "max", "min": "min", "sup": "sup", "inf": "inf", "det": "det", "Pr": "Pr"}
FUNCTIONS = {
    "log", "ln", "lg", "exp", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "arcsin",
    "arccos", "arctan", "arg", "deg", "dim", "ker",
}  # fmt: skip
SPACES = {
    ",": 0.167, ":": 0.222, ";": 0.278, "!": -0.167, " ": 0.25, "quad": 1, "qquad": 2, "thinspace": 0.167,
    "enspace": 0.5,
}  # fmt: skip
# What is set on top of its argument, or below it; those that are as wide as it is.
ACCENTS = {"hat": "^", "bar": "¯", "tilde": "~", "vec": "→", "dot": "˙", "ddot": "¨", "check": "ˇ"}
WIDE_ACCENTS = {"overline": "‾", "widehat": "^", "widetilde": "~", "overbrace": "⏞", "overrightarrow": "→"}
BELOW = {"underline": "_", "underbrace": "⏟"}
# Alphabets by where their A, their a and their 0 stand.
ALPHABETS = {
    "mathbf": (0x1D400, 0x1D41A, 0x1D7CE),
    "boldsymbol": (0x1D400, 0x1D41A, 0x1D7CE),
    "bm": (0x1D400, 0x1D41A, 0x1D7CE),
    "mathbb": (0x1D538, 0x1D552, 0x1D7D8),
    "mathcal": (0x1D49C, 0x1D4B6, 0x30),
    "mathsf": (0x1D5A0, 0x1D5BA, 0x1D7E2),
    "mathtt": (0x1D670, 0x1D68A, 0x1D7F6),
}
# Letters that Unicode had before these alphabets.
ELSEWHERE = {
    "mathbb": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ")),
    "mathcal": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ")),
}
BOLD_GREEK = dict(zip("αβγδεζηθικλμνξοπρςστυφχψω", map(chr, range(0x1D6C2, 0x1D6DB))))
# Matrices by their delimiters, and how their columns stand.
ENVIRONMENTS = {
    "matrix": ("", ""), "pmatrix": ("(", ")"), "bmatrix": ("[", "]"), "Bmatrix": ("{", "}"), "vmatrix": ("|", "|"),
    "Vmatrix": ("‖", "‖"), "array": ("", ""), "cases": ("{", ""), "aligned": ("", ""), "align": ("", ""),
    "align*": ("", ""), "split": ("", ""), "gathered": ("", ""),
}  # fmt: skip
ALIGNED = {"aligned", "align", "align*", "split"}
# Sizes and styles, which MathML finds itself.
IGNORED = {
    "limits", "nolimits", "displaystyle", "textstyle", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr",
    "biggl", "biggr", "nonumber", "hline",
}  # fmt: skip
