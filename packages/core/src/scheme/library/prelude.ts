/// Library procedures that call procedures they are given. They are Scheme, so that escapes, continuations and deep recursion pass through them.
export const prelude = `
(define call/cc call-with-current-continuation)
(define-constant pi 3.141592653589793)
(define most-positive-fixnum 9223372036854775807)
(define most-negative-fixnum -9223372036854775808)
(define *load-path* ())
(define *libraries* ())
(define *autoload* #f)
(define *stdout* (current-output-port))
(define *stderr* (current-error-port))
(define *stdin* (current-input-port))

(define ({applicable?} f) (or (procedure? f) (sequence? f) (macro? f) (let? f)))
(define ({check-map} who f)
  (if (not ({applicable?} f))
      ({wrong-type} who 1 f "a procedure or something applicable")))

(define ({iterator->list} it)
  (let loop ((items ()))
    (let ((v (it)))
      (if (eof-object? v) (reverse! items) (loop (cons v items))))))

(define ({sequence->list} who n seq)
  (or ({to-list} seq)
      (if (iterator? seq) ({iterator->list} seq) ({wrong-type} who n seq "a sequence"))))

(define ({map-1} f seq)
  ({check-map} 'map f)
  (let ((seq (if (or (pair? seq) (null? seq)) seq ({sequence->list} 'map 2 seq))))
    (let loop ((l seq) (r ()))
      (if (pair? l)
          (loop (cdr l) ({map-cons} (f (car l)) r))
          (reverse! r)))))

(define ({for-each-1} f seq)
  ({check-map} 'for-each f)
  (let ((seq (if (or (pair? seq) (null? seq)) seq ({sequence->list} 'for-each 2 seq))))
    (let loop ((l seq))
      (if (pair? l)
          (begin (f (car l)) (loop (cdr l)))
          #<unspecified>))))

(define ({lists} who seqs)
  (let loop ((l seqs) (n 2) (r ()))
    (if (pair? l)
        (loop (cdr l) (+ n 1) (cons ({sequence->list} who n (car l)) r))
        (reverse! r))))

(define ({some-empty?} lists)
  (let loop ((l lists))
    (and (pair? l) (or (not (pair? (car l))) (loop (cdr l))))))
(define ({cars} lists)
  (let loop ((l lists) (r ())) (if (pair? l) (loop (cdr l) (cons (car (car l)) r)) (reverse! r))))
(define ({cdrs} lists)
  (let loop ((l lists) (r ())) (if (pair? l) (loop (cdr l) (cons (cdr (car l)) r)) (reverse! r))))

(define (map f seq . more)
  (if (null? more)
      ({map-1} f seq)
      (begin
        ({check-map} 'map f)
        (let loop ((ls ({lists} 'map (cons seq more))) (r ()))
          (if ({some-empty?} ls)
              (reverse! r)
              (loop ({cdrs} ls) ({map-cons} (apply f ({cars} ls)) r)))))))

(define (for-each f seq . more)
  (if (null? more)
      ({for-each-1} f seq)
      (begin
        ({check-map} 'for-each f)
        (let loop ((ls ({lists} 'for-each (cons seq more))))
          (if ({some-empty?} ls)
              #<unspecified>
              (begin (apply f ({cars} ls)) (loop ({cdrs} ls))))))))

(define (call-with-values producer consumer)
  (apply consumer ({values->list} (producer))))

(define (dynamic-wind before body after)
  (define (thunk p n)
    (cond ((eq? p #f) (lambda () #f))
          ((procedure? p) p)
          (else ({wrong-type} 'dynamic-wind n p "a thunk or #f"))))
  (let ((before (thunk before 1)) (body (thunk body 2)) (after (thunk after 3)))
    (before)
    ({wind-in} before after)
    (let ((results ({values->list} (body))))
      ({wind-out})
      (after)
      ({many} results))))

(define ({with-port} f port)
  (f port)
  (get-output-string port))

(define ({iterator-step} it f)
  (let ((v (f)))
    (if (eof-object? v) ({end-iterator} it) v)))

(define (member item seq . same)
  (if (null? same)
      ({member} item seq)
      (let ((same? (car same)))
        (if (not (procedure? same?)) ({wrong-type} 'member 3 same? "a procedure"))
        (let loop ((l seq))
          (cond ((not (pair? l)) #f)
                ((same? item (car l)) l)
                (else (loop (cdr l))))))))

(define (assoc key alist . same)
  (if (null? same)
      ({assoc} key alist)
      (let ((same? (car same)))
        (if (not (procedure? same?)) ({wrong-type} 'assoc 3 same? "a procedure"))
        (let loop ((l alist))
          (cond ((not (pair? l)) #f)
                ((and (pair? (car l)) (same? key (caar l))) (car l))
                (else (loop (cdr l))))))))

;; Merge sort: stable, and no more calls of less? than needed.
(define ({merge-sort} v less?)
  (let ((n (vector-length v)) (other (make-vector (vector-length v) #f)))
    (let passes ((from v) (to other) (width 1))
      (if (>= width n)
          from
          (begin
            (let runs ((left 0))
              (if (< left n)
                  (let* ((middle (min n (+ left width))) (right (min n (+ middle width))))
                    (let merge ((i left) (j middle) (k left))
                      (if (< k right)
                          (if (and (< i middle)
                                   (or (>= j right) (not (less? (vector-ref from j) (vector-ref from i)))))
                              (begin (vector-set! to k (vector-ref from i)) (merge (+ i 1) j (+ k 1)))
                              (begin (vector-set! to k (vector-ref from j)) (merge i (+ j 1) (+ k 1))))))
                    (runs right))))
            (passes to from (* 2 width)))))))

(define (sort! seq less?)
  ({sort-check} seq less?)
  (cond ((null? seq) seq)
        (({sort-fast} seq less?) seq)
        (else ({from-vector} seq ({merge-sort} ({to-vector} seq) less?)))))

(define ({find-file} name)
  (if (file-exists? name)
      name
      (let loop ((l *load-path*))
        (cond ((null? l) name)
              ((file-exists? (string-append (car l) "/" name)) (string-append (car l) "/" name))
              (else (loop (cdr l)))))))

(define (load name . env)
  (let ((port (open-input-file ({find-file} name))) (env (if (pair? env) (car env) #f)))
    (let loop ((result #<unspecified>))
      (let ((form (read port)))
        (if (eof-object? form)
            result
            (loop ({eval-in} form env)))))))

(define (call-with-input-string text f) (f (open-input-string text)))
(define (call-with-input-file name f)
  (let* ((port (open-input-file name)) (result (f port)))
    (close-input-port port)
    result))
(define (call-with-output-file name f)
  (let* ((port (open-output-file name)) (result (f port)))
    (close-output-port port)
    result))
(define ({with-input} port thunk)
  (let ((old #f))
    (dynamic-wind
     (lambda () (set! old (set-current-input-port port)))
     thunk
     (lambda () (set-current-input-port old)))))
(define (with-input-from-string text thunk) ({with-input} (open-input-string text) thunk))
(define (with-input-from-file name thunk) ({with-input} (open-input-file name) thunk))
(define (with-output-to-file name thunk)
  (let ((port (open-output-file name)) (old #f))
    (dynamic-wind
     (lambda () (set! old (set-current-output-port port)))
     thunk
     (lambda () (set-current-output-port old) (close-output-port port)))))

(define (make-hook . names)
  (let ((functions ()))
    (dilambda
     (lambda args
       (let ((env (apply inlet 'result #<unspecified> (let loop ((n names) (a args)) (if (pair? n) (cons* (car n) (if (pair? a) (car a) #f) (loop (cdr n) (if (pair? a) (cdr a) ()))) ())))))
         (for-each (lambda (f) (f env)) functions)
         (env 'result)))
     (lambda (l) (set! functions l)))))
(define hook-functions
  (dilambda
   (lambda (hook) (let-ref (funclet hook) 'functions))
   (lambda (hook functions) ((setter hook) functions))))
(define *error-hook* (make-hook 'type 'data))
(define *load-hook* (make-hook 'name))
(define *read-error-hook* (make-hook 'message 'char))
(define *missing-close-paren-hook* (make-hook))
(define *rootlet-redefinition-hook* (make-hook 'symbol 'value))

(define-macro (require . features)
  (list 'for-each (list 'lambda '(f) '(if (not (provided? f)) (load (string-append (symbol->string f) ".scm")))) (list 'quote features)))
(define (autoload name file) file)

(define-macro (reader-cond . clauses) (cons 'cond-expand clauses))
`;
