/**
 * The service's answers, as /openapi.json describes them, and what they are made of.
 * `make generate` writes this file: what is changed by hand is lost.
 *
 * @typedef {number | "NaN" | "Infinity" | "-Infinity"} Float  a number; by name what JSON lacks
 * @typedef {Float | ValuesList} Values  a number, or nested lists of numbers
 * @typedef {Values[]} ValuesList
 *
 * @typedef {object} Bilingual  A text in both languages.
 * @property {string} en  In English.
 * @property {string} ko  In Korean.
 *
 * @typedef {object} Cells  How each cell of an op's result is made of its operands' cells.
 * @property {string} form  How the cells meet.
 * @property {string} how  What is made of them, or which of the form's ways it is.
 * @property {number[]} inputs  Of a product: the places of the two factors, and of what is added.
 * @property {number[]} shares  Of a weighted sum: each operand's.
 * @property {string} subscripts  Of an einsum; empty where they are an option.
 * @property {Record<string, any>} only  Told only where these options have these values.
 *
 * @typedef {object} Chapter  A chapter, ready to be shown.
 * @property {string} id  Its name in addresses.
 * @property {string} title  Its heading.
 * @property {string} html  Its prose, with every number computed and every formula as MathML.
 * @property {Record<string, any>} figures  By id: the trace, as POST /api/expression has it, where its nodes stand, and the inputs that are moved.
 * @property {Record<string, Moment>} moments  By the id of a paragraph.
 * @property {Record<string, any>} trainings  By id: the body of POST /api/train, and the labels of the pictures whose outputs it asks for.
 *
 * @typedef {object} ChapterTitle  A chapter in the table of contents.
 * @property {string} id  Its name in addresses.
 * @property {number} number  Its place in the book, from 1.
 * @property {Bilingual} title  By language.
 * @property {Bilingual} lead  What it answers, in a sentence or two.
 * @property {string[]} exercises  The ids of its exercises, in order.
 * @property {Record<string, string>} explains  By an op, "#" and a panel of the page, or "!" and a mistake: the id of the paragraph that tells why.
 *
 * @typedef {object} Chapters  The table of contents.
 * @property {ChapterTitle[]} chapters  In the order in which they are read.
 *
 * @typedef {object} Check  Gradients against differences, and what each cost.
 * @property {"central" | "complex"} method  As it was asked for.
 * @property {number} h  The relative step.
 * @property {CheckResult[]} results  One for each name.
 * @property {CheckEvaluations} evaluations  Passes over the graph.
 * @property {CheckSeconds} seconds  What they took.
 * @property {CheckCost[]} curve  How the cost grows with the number of elements.
 * @property {number} ratio  Seconds of all elements' differences, extrapolated where sampled, to those of one backpropagation.
 *
 * @typedef {object} CheckCost  A point of the cost's curve: the first so many elements.
 * @property {number} elements  How many elements' slopes.
 * @property {number} evaluations  Forward passes that they take.
 * @property {number} seconds  What these passes take.
 * @property {boolean} measured  Or extrapolated from all that was measured.
 *
 * @typedef {object} CheckEvaluations  Passes that a check took.
 * @property {number} numeric  Of differences.
 * @property {number} backprop  Of backpropagation.
 * @property {number} refining  Of refining what differed.
 *
 * @typedef {object} CheckResult  One node's gradient by both methods.
 * @property {string} name  The name that was checked.
 * @property {number} node  The node's id in the trace.
 * @property {Values | null} analytic  Of the node's shape, or one number a sampled element; null where it stands in the summary.
 * @property {Values | null} numeric  The same by differences.
 * @property {Float} absolute_error  Of the worst element.
 * @property {Float} relative_error  The largest error over the node's largest gradient.
 * @property {Float} noise  A bound of what round-off may do to the difference.
 * @property {number[]} worst_index  Where the largest error is: the element's place along each axis.
 * @property {"agree" | "kink" | "undecided" | "non-finite" | "mismatch"} verdict  "agree"; "kink" where the slope differs on both sides; "non-finite" where a value or gradient is; "mismatch"; or "undecided": gradient and value are finite, but the differences are not, or go on changing with the step.
 * @property {number} elements  Of the node, sampled or not.
 * @property {boolean} sampled  Whether only some elements were checked.
 * @property {number[][] | null} indices  Of the sampled elements.
 * @property {boolean} held  Whether a stop_gradient on the way kept its value while the node was moved, as its gradient has it.
 * @property {Partial<Record<"analytic" | "numeric", Summary>> | null} [summary]  Figures of arrays that are left out.
 *
 * @typedef {object} CheckSeconds  Time that a check took.
 * @property {number} numeric  Of all differences that were computed.
 * @property {number} backprop  Of one backpropagation.
 *
 * @typedef {object} CheckedClaim  One claim against the right numbers.
 * @property {string} name  The name that the claim was made for.
 * @property {number} node  The node's id in the trace.
 * @property {"gradient" | "value"} kind  Whether its gradient or its value was claimed.
 * @property {"right" | "rounding" | "wrong" | "follows"} verdict  "right"; "rounding" within the digits that were written; "wrong"; or "follows" from an earlier mistake.
 * @property {Float} relative_error  Of the worst element, over the larger of both numbers; infinite where the claim has another shape.
 * @property {number[]} worst_index  Where the largest error is: the element's place along each axis.
 * @property {number[]} shape  Of the claim, without axes of size 1 that the node has not.
 *
 * @typedef {object} CodeLine  An assignment of a backward half.
 * @property {number} line  Its line, from 1, in the code, or in the program where that holds it.
 * @property {Span | null} span  Its place there.
 * @property {string} text  The line, as it is read.
 * @property {string} target  What is assigned.
 * @property {string | null} of  The name whose gradient it is; null where only its numbers tell.
 * @property {"right" | "fragile" | "wrong" | "follows" | "unjudged"} verdict  "right"; "fragile": right because there is one sample; "wrong"; "follows" from an earlier line; or "unjudged": it is not known what it should be.
 * @property {Float} relative_error  Of the worst element, over the largest; infinite where sizes differ, 0 where nothing is known.
 *
 * @typedef {object} ColumnOverview  A column of a table as it was read.
 * @property {string} name  As the header has it, or by its place from 1.
 * @property {"number" | "words" | "dates" | "unread"} kind  What its cells hold.
 * @property {number} missing  How many cells have no value.
 * @property {number} distinct  How many different values the others have.
 * @property {number} features  How many features it gives; words give one each.
 * @property {string | null} left_out  The kind of remark that says why it gives none; null where it gives some.
 * @property {Warning | null} fault  Why it cannot be read; null where it can.
 *
 * @typedef {object} Cost  Work done, in floating-point operations, and evaluations that numerical differentiation would need.
 * @property {number} forward_flops  Of one forward pass.
 * @property {number} backward_flops  Of one backward pass.
 * @property {number} tangent_flops  Of one pass of the forward mode, along one direction.
 * @property {number} backward_passes  Backward passes for the whole Jacobian: one an element of the output.
 * @property {number} tangent_passes  Passes of the forward mode for the whole Jacobian: one an element of the inputs.
 * @property {number} numeric_evaluations  Forward passes for central differences: two an element of the inputs.
 *
 * @typedef {object} Dataset  A data set that comes with the service.
 * @property {string} name  What a request calls it.
 * @property {Bilingual} title  Its name, by language.
 * @property {"classification" | "regression"} task  Whether its targets are classes or numbers.
 * @property {number} samples  How many there are, or are drawn unless told otherwise.
 * @property {string[]} features  The names of the columns.
 * @property {string[] | null} classes  The names of the classes, in the order of their numbers; null of a regression.
 * @property {boolean} drawn  Whether it is drawn from a seed, with noise if wanted.
 * @property {string} source  Where it comes from.
 * @property {string} licence  Under which it may be used.
 *
 * @typedef {object} DatasetSamples  A data set's samples, as measured.
 * @property {string} name  What a request calls it.
 * @property {string[]} features  The names of the columns.
 * @property {string[] | null} classes  The names of the classes, in the order of their numbers; null of a regression.
 * @property {Values} x  A number, or nested lists of numbers; NaN and the infinities by name.
 * @property {Values} t  A number, or nested lists of numbers; NaN and the infinities by name.
 *
 * @typedef {object} Datasets  The data sets, in the order in which a learner meets them.
 * @property {Dataset[]} datasets  Each with what a request calls it.
 *
 * @typedef {object} Derivation  The derivations of one op.
 * @property {string} op  The op's name.
 * @property {number | null} node  The id of the node; null without a program.
 * @property {OperandDerivation[]} derivations  One for each operand that was asked for.
 * @property {Bilingual | null} note  Why there is none.
 *
 * @typedef {object} DerivationLine  An expression that equals the one before it.
 * @property {string} expression  In the expression language; g is upstream, z the output, D(f, x) the derivative of f by x, lim(f) the limit of f as h goes to 0.
 * @property {string} latex  The expression as a formula.
 * @property {string | null} template  `@{7}` stands for the value of node 7, `@{~7}` for its gradient; null for a derivative or a limit, and without a program.
 * @property {Bilingual} reason  With the names that stand in the formula.
 * @property {boolean} exact  Or found with small steps, as a derivative or a limit: NaN where they come to none, as beside a pole or at a jump.
 * @property {Values | null} value  At the program's inputs; null without a program, where it is too much work, and where it stands in the summary.
 * @property {LineSummary | null} [summary]  Figures of an array that is left out.
 *
 * @typedef {object} Derivatives  A derivative: by input name, for Hessians by a second one, then by the value's own axes. A jvp is the value alone.
 * @property {"jacobian" | "hessian" | "jvp" | "hvp"} kind  As it was asked for.
 * @property {Values | Record<string, Values> | Record<string, Record<string, Values>>} value  Numbers or nested lists: by input name, for Hessians by a second one, then by the value's own axes. A jvp is the value alone.
 *
 * @typedef {object} DescribedFunction  A function of the language.
 * @property {string} name  What a program calls it.
 * @property {string} signature  How it is called.
 * @property {string} summary  What it computes.
 * @property {string | null} convention  What the derivative is where calculus does not say.
 * @property {string} formula  As MathML.
 * @property {FunctionRule[]} rules  One for each input that takes a gradient.
 * @property {string} example  A small program that uses it.
 * @property {string} address  Where the workbench opens that program.
 *
 * @typedef {object} Diagnosed  The first wrong node, and what made it so.
 * @property {boolean} ok  Whether every claim is right.
 * @property {FirstWrong | null} first_wrong  The first wrong claim in the order of the passes; null where all are right.
 * @property {string | null} diagnosis  Which mistake explains it, for programs; null where none is known or all is right.
 * @property {string | null} sentence  Which sentence says it, for programs; null where nothing is said.
 * @property {number | null} edge  The id of the edge where the mistake was made; null where it concerns none.
 * @property {string | null} explanation  The mistake in a sentence.
 * @property {Record<string, string | number>} params  What the sentence was filled with.
 * @property {Diagnosis[]} alternatives  Other mistakes that give the same numbers.
 * @property {number} tried  How many mistakes were planted and compared.
 * @property {boolean} complete  Whether the work allowed for all of them.
 * @property {CheckedClaim[]} checked  Every claim, in the order of the passes.
 * @property {JudgedCode | null} [code]  The lines of a backward half; null where none was given.
 *
 * @typedef {object} Diagnosis  A mistake that gives the reader's numbers.
 * @property {string} diagnosis  Which mistake it is, for programs.
 * @property {string} sentence  Which sentence says it, for programs: a mistake may have several.
 * @property {number | null} edge  The id of the edge where it was made; null where it concerns none.
 * @property {string} explanation  The mistake in a sentence.
 * @property {Record<string, string | number>} params  What the sentence was filled with.
 * @property {number} unexplained  Further wrong claims that do not follow from it.
 *
 * @typedef {object} Edge  One use of a value.
 * @property {number} id  Its place in the list of edges.
 * @property {number} source  The id of the node that is used.
 * @property {number} target  The id of the node that uses it.
 * @property {number} argnum  Which of the target's inputs it is, from 0.
 * @property {Values | null} local  d(target)/d(source) of elementwise ops, in the broadcast shape.
 * @property {Values | null} contribution  What the edge delivers to its source; null where the source takes no gradient.
 * @property {Values | null} tangent  What the edge passes on to its target, local × the source's tangent; null without a direction, where the source takes no gradient, and into a list such as stack, which moves as one.
 * @property {string | null} local_latex  The local derivative in the op's own symbols; null where it is not elementwise.
 * @property {string | null} rule_latex  The contribution in the op's own symbols; null where the source takes no gradient.
 * @property {string | null} local_template  The local derivative's formula: `@{7}` stands for the value of node 7.
 * @property {string | null} rule_template  `@{7}` stands for the value of node 7, `@{~7}` for its gradient.
 * @property {Partial<Record<"local" | "contribution" | "tangent", Summary>> | null} summary  Figures of arrays that are left out.
 *
 * @typedef {object} Evaluation  How a network does on some samples, without dropout and penalties.
 * @property {Float} loss  The mean loss.
 * @property {number | null} accuracy  The share of right answers; null where the loss knows none.
 *
 * @typedef {object} Exam  Questions with their answers.
 * @property {ExamVariant[]} variants  The program's own numbers first.
 *
 * @typedef {object} ExamQuestion  One number of a gradient.
 * @property {string} asked  As it was asked for.
 * @property {string} symbol  As it is written.
 * @property {number} right  The right number.
 * @property {number} tolerance  How far from it an answer may be.
 * @property {WrongAnswer[]} wrong  The numbers that known mistakes give, nearest mistakes first.
 * @property {KnownMistake[]} hidden  Mistakes that give the right number here, and another one with other inputs.
 *
 * @typedef {object} ExamVariant  The questions about one set of numbers.
 * @property {Record<string, Values>} inputs  The numbers, by input.
 * @property {ExamQuestion[]} questions  In the order in which they were asked for.
 * @property {Record<string, Values> | null} offered  Inputs with which fewer mistakes hide behind a right answer; null where none are needed or known.
 * @property {boolean} complete  Whether every mistake was tried.
 *
 * @typedef {object} Example  A program in both languages, ready to be posted.
 * @property {string} id  Its name in the page's links.
 * @property {Bilingual} program  The text, by language.
 * @property {Bilingual} input  The input whose gradient answers the example's question, by language.
 * @property {Record<string, Values>} inputs  Values for names that the program does not assign.
 *
 * @typedef {object} Examples  The page's examples, in the order in which a learner meets them.
 * @property {Example[]} examples  Each ready to be posted to /api/expression.
 *
 * @typedef {object} Exercise  An exercise with its numbers.
 * @property {string} kind  What is asked for.
 * @property {number} seed  That its numbers come from.
 * @property {string} program  The figure's program.
 * @property {Record<string, any> | null} figure  The trace and where its nodes stand.
 * @property {string} subject  The gradient, value or edge that is asked for, in the figure's names.
 * @property {string[]} choices  What there is to choose from.
 *
 * @typedef {object} Explanation  What a problem's type stands for.
 * @property {string} type  The path at which it is explained.
 * @property {string} title  The kind of problem in a few words.
 * @property {number} status  The HTTP status of answers of this kind.
 * @property {string} detail  The sentence, with the names of its params in braces.
 *
 * @typedef {object} FirstWrong  Where a reader's numbers first leave the right ones.
 * @property {number} node  The node's id in the trace.
 * @property {string} name  The name that the claim was made for.
 * @property {"gradient" | "value"} kind  Whether its gradient or its value was claimed.
 *
 * @typedef {object} Format  One way to write a trace.
 * @property {string} name  What a request calls it.
 * @property {string} media_type  The answer's Content-Type.
 * @property {string} ending  Of a file's name, with its point.
 * @property {Bilingual} words  What a reader calls it, by language.
 * @property {string[]} takes  The names of the options that change what is written.
 * @property {boolean} trains  Whether it also writes a training.
 *
 * @typedef {object} Formats  Every format that /api/export writes.
 * @property {Format[]} formats  In the order in which they are offered.
 *
 * @typedef {object} FunctionFamily  Functions of one kind.
 * @property {string} id  The family's name in addresses.
 * @property {string} title  What it is called.
 * @property {DescribedFunction[]} functions  In the order of their names.
 *
 * @typedef {object} FunctionRule  How a gradient passes a function.
 * @property {string} input  The input that it is the gradient of.
 * @property {string} text  In the expression language; g is upstream, z the output.
 * @property {string} formula  The same as MathML.
 *
 * @typedef {object} FunctionsDocument  Every function that a program may use.
 * @property {FunctionFamily[]} families  In the order of the document.
 *
 * @typedef {object} GradientProgram  The backward pass in the expression language.
 * @property {string} program  Its text.
 * @property {Record<string, string>} outputs  For each input's name, the name of its gradient in the program.
 *
 * @typedef {object} Group  Nodes that belong together, such as those of one call.
 * @property {number} id  Its place in the list of groups.
 * @property {string} name  What was called: a function of the program or of the library.
 * @property {string} label  What the figure calls it.
 * @property {number | null} parent  The id of the group around it; null where there is none.
 * @property {number[]} nodes  Ids of the nodes directly inside.
 * @property {number[] | null} operands  Of a library function's call, the nodes that it was called on; null of a function of the program.
 * @property {Record<string, any>} options  Its static arguments, as a node's.
 * @property {(number | string)[] | null} call  Of a function of the program, its arguments in order: ids of nodes, and as text what was known beforehand; null of a library function.
 *
 * @typedef {object} Health  The service's condition.
 * @property {"ok"} status  Always ok: otherwise the answer is a problem.
 * @property {string} version  Of gradlens.
 *
 * @typedef {object} JudgedCode  A backward half, line by line.
 * @property {string} loss  The name of what is differentiated.
 * @property {CodeLine[]} lines  Its assignments as they were carried out last.
 * @property {CodeLine | null} wrong  The first wrong line; null where none is wrong.
 * @property {string | null} right_text  What was meant there; "" where the line is one too many, null where no mistake explains it.
 *
 * @typedef {object} Known  An input of the program that only decides how the graph is built, such as n in range(n): it is no node.
 * @property {string} name  The program's name for it.
 * @property {Values | null} value  A number, or nested lists of numbers; NaN and the infinities by name.
 * @property {Span | null} span  Where it is written; null where it was given beside the program.
 *
 * @typedef {object} KnownMistake  A mistake that gives a number.
 * @property {string} diagnosis  Which mistake it is, for programs.
 * @property {string} name  What it is called.
 * @property {string} explanation  The mistake in a sentence, with the right number.
 *
 * @typedef {object} LanguageDocument  What may be written in a program.
 * @property {string} html  The document; each example is followed by a link that opens it in the workbench.
 *
 * @typedef {object} LayerPiece  A layer, and what it may be told.
 * @property {string} type  What a specification calls it.
 * @property {PieceField[]} fields  What may be given beside the type.
 * @property {number | null} inputs  How many it takes; null: two or more.
 * @property {boolean} activation  Whether it may stand as another layer's activation.
 *
 * @typedef {object} LineSummary  Figures of what a line comes to.
 * @property {Summary} value  Of the array that is left out.
 *
 * @typedef {object} Moment  What a paragraph shows in its figure; what is null is left as the figure has it at its start.
 * @property {string} figure  The figure's id.
 * @property {"start" | "turn" | "end" | "value" | "gradient"} at  The step: the first, the turn, the last, or the one at which a node has its value or gradient.
 * @property {number | null} node  The node of "value" and "gradient".
 * @property {Record<string, any> | null} choose  The node or edge that is selected.
 * @property {number[]} lit  The nodes that the paragraph speaks of.
 * @property {"" | "derive" | "influence" | "check"} panel  The panel of the page that is opened beneath the figure; empty: what is open stays.
 *
 * @typedef {object} NetworkLayer  A layer as it was written into the program.
 * @property {string} name  Its name in the program.
 * @property {string} type  Its type.
 * @property {string} place  In the specification.
 * @property {number[]} output_shape  The sizes of its output, samples first.
 * @property {number} parameters  How many numbers it learns, those of its parts included.
 * @property {string[]} parameter_names  The names of what it learns.
 * @property {number} flops  Floating-point operations of its forward pass, for all samples of the batch, those of its parts included.
 * @property {number} group  The id of its group in the trace.
 * @property {NetworkLayer[]} layers  The layers that it is made of.
 *
 * @typedef {object} NetworkTrace  A network's graph with every value and gradient, and its layers.
 * @property {string} program  The text that was run.
 * @property {number} output  The id of the node that was differentiated.
 * @property {Values | null} seed  A number, or nested lists of numbers; NaN and the infinities by name.
 * @property {Record<string, Values | null>} gradients  The output's gradient by each input, by name.
 * @property {Record<string, number>} stepped  By input that a loop updates, the node that it was in the last step, which `gradients` is of.
 * @property {Known[]} known  Inputs that only decide how the graph is built, with their values.
 * @property {string[]} assumed  Inputs that also decide how the graph is built, by name: their gradients hold it fixed.
 * @property {string[]} drawn  Inputs that the program draws at random, by name: their numbers are this service's own.
 * @property {ReadAs[]} read_as  Text that was read in another spelling, from the first line on.
 * @property {Skipped[]} skipped  Text that computes nothing here, from the first line on.
 * @property {Warning[]} warnings  What deserves a remark; empty where nothing does.
 * @property {Cost} cost  What the passes take, beside numerical differentiation.
 * @property {Node[]} nodes  Every value, in topological order.
 * @property {Edge[]} edges  Every use of a value.
 * @property {Group[]} groups  Calls, loops and layers.
 * @property {number[]} forward_order  Ids of nodes.
 * @property {number[]} backward_order  Ids of edges.
 * @property {NetworkLayer[]} layers  In the order of the specification.
 *
 * @typedef {object} Node  A value: an input, a constant or an op's result.
 * @property {number} id  The node's place in topological order.
 * @property {string} op  "input", "constant" or an op's name.
 * @property {string | null} name  The program's name for it; null where it has none.
 * @property {number[]} inputs  Ids of the nodes it is computed from, by argnum.
 * @property {Record<string, any>} options  The op's static arguments, such as axis, in normal form; in an index a slice is {"start", "stop", "step"}, an ellipsis "...".
 * @property {number[]} shape  The value's sizes along its axes; empty for a number.
 * @property {Values | null} value  A number, or nested lists of numbers; NaN and the infinities by name.
 * @property {Values | null} gradient  The sum of the outgoing edges' contributions, plus the seed at the output.
 * @property {Values | null} tangent  How the value moves along the direction, the sum of what the incoming edges pass on; null without a direction.
 * @property {boolean} differentiable  Whether a gradient may flow into it.
 * @property {number | null} group  The id of the innermost group that it belongs to.
 * @property {Span | null} span  The text that made it; null where none did.
 * @property {string} latex  The node's symbol.
 * @property {string | null} template  Its formula: `@{7}` stands for the value of node 7.
 * @property {boolean} convention  Whether it sits where its op follows a convention.
 * @property {Partial<Record<"value" | "gradient" | "tangent", Summary>> | null} summary  Figures of arrays that are left out.
 *
 * @typedef {object} Numbers  A trace, whole or its numbers alone.
 * @property {string} key  Of the trace; told in `have`, it gives numbers alone from then on.
 * @property {Trace | null} trace  The whole trace; null where the client has one that differs in numbers.
 * @property {NumbersOfTrace | null} numbers  What differs from the trace of that key; null beside a whole.
 *
 * @typedef {object} NumbersOfEdges  The same of all edges.
 * @property {(Values | null)[]} local  As each edge's.
 * @property {(Values | null)[]} contribution  As each edge's.
 * @property {(Values | null)[] | null} tangent  As each edge's; null without a direction.
 * @property {Record<string, Partial<Record<"local" | "contribution" | "tangent", Summary>>>} summary  By id, figures of arrays that are left out; null at every other edge.
 * @property {Record<string, string | null>} local_latex  By id, of the edges whose formulas have such a constant.
 * @property {Record<string, string | null>} rule_latex  Likewise.
 *
 * @typedef {object} NumbersOfNodes  Of all nodes a list a field, in their order; what few have, by id.
 * @property {(Values | null)[]} value  As each node's.
 * @property {(Values | null)[]} gradient  As each node's.
 * @property {(Values | null)[] | null} tangent  As each node's; null without a direction.
 * @property {number[]} convention  Ids of the nodes that sit where their op follows a convention.
 * @property {Record<string, Partial<Record<"value" | "gradient" | "tangent", Summary>>>} summary  By id, figures of arrays that are left out; null at every other node.
 * @property {Record<string, Span | null>} span  By id, of the nodes whose text may stand elsewhere.
 * @property {Record<string, string>} latex  By id, of the constants that are other numbers.
 *
 * @typedef {object} NumbersOfTrace  What of a trace depends on numbers: in place of the same of one that the client has, it makes the whole.
 * @property {string} program  The text that was run.
 * @property {number} output  The id of the node that was differentiated.
 * @property {Values | null} seed  A number, or nested lists of numbers; NaN and the infinities by name.
 * @property {Record<string, Values | null>} gradients  The output's gradient by each input, by name.
 * @property {Record<string, number>} stepped  By input that a loop updates, the node that it was in the last step, which `gradients` is of.
 * @property {Known[]} known  Inputs that only decide how the graph is built, with their values.
 * @property {string[]} assumed  Inputs that also decide how the graph is built, by name: their gradients hold it fixed.
 * @property {string[]} drawn  Inputs that the program draws at random, by name: their numbers are this service's own.
 * @property {ReadAs[]} read_as  Text that was read in another spelling, from the first line on.
 * @property {Skipped[]} skipped  Text that computes nothing here, from the first line on.
 * @property {Warning[]} warnings  What deserves a remark; empty where nothing does.
 * @property {Cost} cost  What the passes take, beside numerical differentiation.
 * @property {NumbersOfNodes} nodes  Of every node.
 * @property {NumbersOfEdges} edges  Of every edge.
 *
 * @typedef {object} OnnxInput  What the model is given.
 * @property {string} name  In the program.
 * @property {string} source  In the file.
 * @property {number[]} shape  Its shape; a size that the file leaves open is the one that was asked for.
 * @property {"float" | "int" | "bool"} kind  What its elements are; the language has numbers alone.
 *
 * @typedef {object} OnnxModel  A file as it was read.
 * @property {OnnxInput[]} inputs  What it is given.
 * @property {OnnxWeight[]} weights  The arrays that it holds, in the order of their use.
 * @property {string[]} outputs  Names in the program.
 * @property {Record<string, number>} operators  How many operators of each type the program has.
 * @property {number} opset  The version of the operators.
 * @property {string} producer  What wrote the file; empty where it does not say.
 *
 * @typedef {object} OnnxTrace  A model's graph with every value and gradient, its weights among the inputs.
 * @property {string} program  The text that was run.
 * @property {number} output  The id of the node that was differentiated.
 * @property {Values | null} seed  A number, or nested lists of numbers; NaN and the infinities by name.
 * @property {Record<string, Values | null>} gradients  The output's gradient by each input, by name.
 * @property {Record<string, number>} stepped  By input that a loop updates, the node that it was in the last step, which `gradients` is of.
 * @property {Known[]} known  Inputs that only decide how the graph is built, with their values.
 * @property {string[]} assumed  Inputs that also decide how the graph is built, by name: their gradients hold it fixed.
 * @property {string[]} drawn  Inputs that the program draws at random, by name: their numbers are this service's own.
 * @property {ReadAs[]} read_as  Text that was read in another spelling, from the first line on.
 * @property {Skipped[]} skipped  Text that computes nothing here, from the first line on.
 * @property {Warning[]} warnings  What deserves a remark; empty where nothing does.
 * @property {Cost} cost  What the passes take, beside numerical differentiation.
 * @property {Node[]} nodes  Every value, in topological order.
 * @property {Edge[]} edges  Every use of a value.
 * @property {Group[]} groups  Calls, loops and layers.
 * @property {number[]} forward_order  Ids of nodes.
 * @property {number[]} backward_order  Ids of edges.
 * @property {OnnxModel} model  What the file holds.
 *
 * @typedef {object} OnnxWeight  An array of the file that the program uses.
 * @property {string} name  In the program.
 * @property {string} source  In the file.
 * @property {number[]} shape  Its shape.
 *
 * @typedef {object} Op  An op of the language.
 * @property {string} name  What a program calls it.
 * @property {string} family  The chapter of the reference that it stands in.
 * @property {string} signature  How it is called.
 * @property {string} latex  Its formula.
 * @property {Rule[]} rules  One for each input that takes a gradient.
 * @property {Bilingual | null} convention  What the derivative is where calculus does not say.
 * @property {Bilingual} summary  What it computes, by language.
 * @property {string | null} definition  The same in the expression language.
 * @property {Cells | null} cells  Cell by cell; null: told only where it is elementwise.
 * @property {boolean} activation  Whether a neuron applies it to what arrives in it.
 * @property {string} example  A small program that uses it.
 *
 * @typedef {object} OperandDerivation  Why the rule for one operand holds.
 * @property {string} input  The operand's name in the op's signature.
 * @property {number} argnum  Which of the op's inputs it is, from 0.
 * @property {number | null} edge  The id of the edge; null without a program.
 * @property {"local" | "vjp"} kind  What the lines are worth: the "local" derivative, or the contribution ("vjp").
 * @property {DerivationLine[]} lines  From the definition to the rule.
 *
 * @typedef {object} Ops  Every op that a program may use.
 * @property {Op[]} ops  In the order of the reference.
 *
 * @typedef {object} ParameterUpdate  What the optimizer makes of a parameter at one step.
 * @property {Values | null} added  The parameter after the step less the one before; null where its numbers are many.
 * @property {number} rising  How many of its elements become larger.
 * @property {number} falling  How many become smaller.
 * @property {Float | null} ratio  The norm of what is added over the parameter's; null where that is 0.
 * @property {Partial<Record<"added", Summary>> | null} [summary]  The figures of what is null.
 *
 * @typedef {object} Path  One path.
 * @property {number[]} edges  Their ids, in order.
 * @property {Float[]} locals  Their local derivatives.
 * @property {Float} product  The product of the local derivatives.
 *
 * @typedef {object} Paths  All paths between two nodes, beside the edges that backpropagation walks.
 * @property {number} source  The id of the node where they begin.
 * @property {number} target  The id of the node where they end.
 * @property {string | null} count  Exact; null beyond a thousand digits.
 * @property {number | null} log10  Of the count; null where there is no path.
 * @property {number} nodes  That lie on some path.
 * @property {number} edges  That lie on some path: each is walked once.
 * @property {Path[] | null} paths  Up to 200 of single numbers; null where there are more, or arrays on the way.
 * @property {Float | null} total  The sum of the products.
 * @property {Float | null} gradient  Of the target by the source, by backpropagation; null where one of them is an array.
 *
 * @typedef {object} Piece  A loss or an optimizer, and what it may be told.
 * @property {string} type  What a specification calls it.
 * @property {PieceField[]} fields  What may be given beside the type.
 *
 * @typedef {object} PieceField  A field that can be written in a line.
 * @property {string} name  What it is called.
 * @property {boolean} required  Whether it must be given.
 * @property {any} default  What stands for it where it is left out; null where that follows from the rest.
 * @property {"whole" | "number" | "flag" | "choice" | "pair" | "sizes"} kind  What it takes.
 * @property {number | null} [least]  Of whole numbers.
 * @property {number | null} [low]  Of numbers: the least.
 * @property {number | null} [below]  Of numbers: what they must be below.
 * @property {string[] | null} [choices]  Of a choice: the words that it takes.
 *
 * @typedef {object} Pieces  What a network can be made of.
 * @property {LayerPiece[]} layers  The layers.
 * @property {Piece[]} losses  The losses.
 * @property {Piece[]} optimizers  The optimizers.
 * @property {string[]} inits  The ways to draw weights.
 *
 * @typedef {object} Place  A position in the program's text, in characters.
 * @property {number} line  From 1.
 * @property {number} column  From 0.
 *
 * @typedef {object} Plot  A plot, drawn.
 * @property {string} html  SVG, what its lines are, and its numbers as a table.
 *
 * @typedef {object} ProblemDetails  A failure (RFC 9457).
 * @property {string} type  Where the kind of problem is explained: a path on this service.
 * @property {string} title  The kind of problem in a few words.
 * @property {number} status  The answer's HTTP status.
 * @property {string} detail  What is wrong, where, and what to do.
 * @property {Record<string, string | number>} params  What the detail was filled with.
 * @property {Span | null} [span]  The place in the program, where there is one.
 *
 * @typedef {object} ReadAs  Text that was read in another spelling: 2x as 2*x, |x| as abs(x), σ as sigmoid.
 * @property {Span} span  Where it stands.
 * @property {string} meant  What it was read as.
 *
 * @typedef {object} Resume  What the end of a training held, to go on from there.
 * @property {number} step  The steps that were taken.
 * @property {Record<string, Record<string, Values>>} [slots]  By parameter, what its optimizer remembers by name.
 *
 * @typedef {object} Rule  How a gradient passes one input of an op.
 * @property {string} input  The name of the op's input.
 * @property {"local" | "vjp"} kind  "local" for a local derivative, which upstream is multiplied by; "vjp" for the whole contribution.
 * @property {string} rule  In the expression language; g is upstream, z the output.
 * @property {string} latex  The same as a formula.
 *
 * @typedef {object} SampleCounts  How many samples a training has.
 * @property {number} train  To train on.
 * @property {number} test  Held out.
 *
 * @typedef {object} Skipped  Text that computes nothing here: an import, a print, the answer of a session.
 * @property {Span} span  Where it stands.
 *
 * @typedef {object} Span  A stretch of the program's text.
 * @property {Place} start  Its first character.
 * @property {Place} end  The place behind its last character.
 *
 * @typedef {object} Summary  Figures of an array's finite elements, and how many are not finite.
 * @property {Float} min  The smallest.
 * @property {Float} max  The largest.
 * @property {Float} mean  The mean.
 * @property {Float} std  The standard deviation, with the number of elements below it.
 * @property {Float} norm  The square root of the sum of squares.
 * @property {number} nan_count  How many elements are NaN.
 * @property {number} inf_count  How many elements are infinite.
 *
 * @typedef {object} Sweep  The error of central differences as the step shrinks.
 * @property {number[]} h  The steps, from large to small.
 * @property {Record<string, Float[]>} error  By name: relative errors, one a step.
 * @property {Record<string, ("truncation" | "best" | "round-off" | "non-finite" | "unexplained")[]>} regimes  By name: what governs the error, one a step.
 * @property {Record<string, number | null>} best_h  By name: the step with the smallest error; null where there is none.
 * @property {Record<string, Float> | null} complex_step  By name: the relative error of complex steps.
 * @property {string | null} obstacle  The first op that has no complex form.
 * @property {Record<string, number[][] | null>} indices  Of the sampled elements.
 *
 * @typedef {object} TableOverview  A table as it was read, and the samples that it becomes.
 * @property {string | null} encoding  Of a file that is text.
 * @property {string | null} separator  What stands between cells; null of a workbook.
 * @property {boolean} header  Whether the first row names the columns.
 * @property {number} rows  How many there are, without the header.
 * @property {ColumnOverview[]} columns  From the left.
 * @property {TableRow[]} first  A few rows from the top.
 * @property {number} label  The place of the column of labels, from 0.
 * @property {number} samples  How many rows can be learnt from; 0 where a fault says why.
 * @property {number} features  How many numbers each sample has.
 * @property {string[] | null} classes  The names of the classes; null where numbers are predicted.
 * @property {Warning | null} fault  Why it cannot be learnt from; null where it can.
 * @property {Warning[]} warnings  What was assumed of the table.
 *
 * @typedef {object} TableRow  A row as it is written.
 * @property {number} line  The number of its line in the file, from 1.
 * @property {string[]} cells  Cut to 80 letters each.
 *
 * @typedef {object} Trace  A program's graph with every value and gradient.
 * @property {string} program  The text that was run.
 * @property {number} output  The id of the node that was differentiated.
 * @property {Values | null} seed  A number, or nested lists of numbers; NaN and the infinities by name.
 * @property {Record<string, Values | null>} gradients  The output's gradient by each input, by name.
 * @property {Record<string, number>} stepped  By input that a loop updates, the node that it was in the last step, which `gradients` is of.
 * @property {Known[]} known  Inputs that only decide how the graph is built, with their values.
 * @property {string[]} assumed  Inputs that also decide how the graph is built, by name: their gradients hold it fixed.
 * @property {string[]} drawn  Inputs that the program draws at random, by name: their numbers are this service's own.
 * @property {ReadAs[]} read_as  Text that was read in another spelling, from the first line on.
 * @property {Skipped[]} skipped  Text that computes nothing here, from the first line on.
 * @property {Warning[]} warnings  What deserves a remark; empty where nothing does.
 * @property {Cost} cost  What the passes take, beside numerical differentiation.
 * @property {Node[]} nodes  Every value, in topological order.
 * @property {Edge[]} edges  Every use of a value.
 * @property {Group[]} groups  Calls, loops and layers.
 * @property {number[]} forward_order  Ids of nodes.
 * @property {number[]} backward_order  Ids of edges.
 *
 * @typedef {object} TrainData  A data set as a network is trained on it.
 * @property {string[]} features  The names of the columns.
 * @property {string[] | null} classes  The names of the classes, in the order of their numbers; null of a regression.
 * @property {Record<string, Values>} scaling  What was taken off the columns and what they were divided by, and the targets of a regression.
 * @property {Values | null} points  Of a set that is drawn: where its samples lie in the plane; null where they are many.
 * @property {Values | null} x  The samples, shuffled and scaled; null where they are many.
 * @property {Values | null} t  Their targets; null where they are many.
 *
 * @typedef {object} TrainEvent  One line of a training: its start, a step, a trace, or its end.
 * @property {"start" | "step" | "trace" | "end"} event  "start" comes first, then "step" and "trace", and "end" last.
 * @property {number | null} [step]  Updates before the event; of an end, all of them.
 * @property {number | null} [epoch]  The pass through the training data that the step belongs to, from 1.
 * @property {Float | null} [loss]  Of the step's batch, before its update; of an end, of the last batch after it.
 * @property {number | null} [accuracy]  On the training samples, at the same moment.
 * @property {Evaluation | null} [train]  On the training samples.
 * @property {Evaluation | null} [test]  On the samples held out.
 * @property {Record<string, Float> | null} [gradient_norms]  By parameter: the norm of the batch's gradient.
 * @property {Record<string, Float | null> | null} [update_ratios]  The update's norm over the parameter's; null where that is 0.
 * @property {Values | null} [predictions]  The outputs at the inputs of `predict`.
 * @property {Trace | null} [trace]  Of a trace: the whole graph, before the step's update.
 * @property {Record<string, ParameterUpdate> | null} [updates]  Of a trace: by parameter that moves, what the step's update makes of it.
 * @property {"steps" | "budget" | "diverged" | "cancelled" | "failed" | null} [reason]  Of an end: all steps are done, the time is up, a value is not finite, the service stops, or a problem arose.
 * @property {string | null} [loss_function]  Of a start: the loss that is computed. Where it is not the one that was asked for, warnings say why.
 * @property {Warning[] | null} [warnings]  Of a start: what there is to remark on the data and on what the network ends in.
 * @property {Warning | null} [warning]  Of a training that diverged: the first node that is not finite.
 * @property {string | null} [layer]  The layer of that node.
 * @property {Record<string, Values> | null} [parameters]  Of a start and an end: their values by name.
 * @property {Resume | null} [resume]  Of an end: what a further training starts from.
 * @property {string | null} [program]  Of a start: the network as a program.
 * @property {NetworkLayer[] | null} [layers]  Of a start: the layers as they were written into the program.
 * @property {number | null} [steps]  Of a start: how many there will be.
 * @property {number | null} [batch_size]  Of a start: samples a step.
 * @property {number | null} [batches_per_epoch]  Of a start: steps to see every sample once.
 * @property {SampleCounts | null} [samples]  Of a start: how many samples there are.
 * @property {number | null} [flops]  Of a start: floating-point operations of the whole training.
 * @property {TrainData | null} [data]  Of a start with a data set.
 * @property {ProblemDetails | null} [problem]  Of a training that failed.
 *
 * @typedef {object} Verdict  Whether an answer is right; what is wrong with it where that is known.
 * @property {boolean} right  Whether it is.
 * @property {string | null} sentence  The key of the sentence about a wrong answer.
 * @property {string | null} explanation  That sentence in English.
 * @property {Record<string, string | number>} params  What it was filled with.
 * @property {number | null} line  Of a derivation: the first line, from 0, that is not what the one before is.
 * @property {Bilingual | null} reason  Of a derivation: the step that was due there.
 * @property {string | null} solution  The right answer, where the reader has it or asked for it.
 *
 * @typedef {object} Warning  What a careful teacher would point out.
 * @property {string} kind  Which remark it is, for programs.
 * @property {string} message  The remark in a sentence.
 * @property {Record<string, string | number>} params  What the sentence was filled with.
 * @property {number | null} node  The id of the node it is about; null where it is about none.
 * @property {number | null} edge  The id of the edge it is about; null where it is about none.
 * @property {Span | null} span  The place in the program; null where there is none.
 *
 * @typedef {object} Weights  The values of a file, as `parameters` of a network takes them.
 * @property {Record<string, Values>} parameters  By the network's own names.
 *
 * @typedef {object} WrongAnswer  A number that is not the right one.
 * @property {number} value  The number.
 * @property {KnownMistake[]} mistakes  What gives it, the most specific first.
 *
 * @typedef {{
 *   "answer": Verdict,
 *   "check": Check,
 *   "check/sweep": Sweep,
 *   "derivatives": Derivatives,
 *   "derive": Derivation,
 *   "diagnose": Diagnosed,
 *   "exam": Exam,
 *   "exam/file": string,
 *   "export": string,
 *   "expression": Trace,
 *   "gradient-program": GradientProgram,
 *   "network": NetworkTrace,
 *   "numbers": Numbers,
 *   "onnx": OnnxTrace,
 *   "paths": Paths,
 *   "table": TableOverview,
 *   "train": TrainEvent,
 *   "weights": Weights,
 *   "weights/file": string,
 * }} Answers  to a question that is posted, by its path below /api/
 *
 * @typedef {{
 *   "chapters": Chapters,
 *   [path: `chapters/${string}/${string}`]: Chapter,
 *   "datasets": Datasets,
 *   [path: `datasets/${string}`]: DatasetSamples,
 *   [path: `derivations/${string}`]: Derivation,
 *   "examples": Examples,
 *   [path: `exercises/${string}/${string}`]: Exercise,
 *   "formats": Formats,
 *   [path: `functions/${string}`]: FunctionsDocument,
 *   [path: `language/${string}`]: LanguageDocument,
 *   "layers": Pieces,
 *   "ops": Ops,
 *   [path: `plots/${string}/${string}`]: Plot,
 * }} Lists  to a question without a body, by its path below /api/
 */

export {};
